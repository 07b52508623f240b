import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Line } from "../../src/commands/doctor/line.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { EXISTING_FILES } from "../support/existing-files.ts";

const SILENT = { code: 0, out: "", err: "" };

/** A scene with `text` as its property file, and runs with it; the servers come from the environment. */
async function siteWith(text: string) {
	const scene = await ComponentScene.create();
	await writeFile(join(scene.folder, "site.properties"), Buffer.from(text, "latin1"));
	const env = {
		TANGLES_MONGO_URI: scene.mongoProxy.uri(true).replace("/?", `/${scene.database}?`),
		TANGLES_ZOOKEEPER: `${scene.locks.proxy.address}${scene.locks.chroot}`,
	};
	return {
		scene,
		run: async (...words: string[]) => await scene.command([...words, "-c", "site.properties"], env).ended(),
	};
}

describe("existing property files run unchanged, and in silence", () => {
	for (const { name, text, misses = {} } of EXISTING_FILES) {
		test(name, async () => {
			const { scene, run } = await siteWith(text);
			await using _ = scene;
			expect(await run("component", "Sampler", "-q")).toEqual(SILENT);
			const [id = ""] = await scene.archived(1);
			expect(await run("component", "Sampler", "-q")).toEqual(SILENT);
			expect(await scene.outcomes(id)).toEqual([true]);

			const told = await run("component", "Sampler");
			expect(told.code).toBe(0);
			const unknown = told.err.split("\n").filter((line) => line.includes("unknown key"));
			expect(unknown.length).toBe(Object.keys(misses).length);
			const { lines }: { lines: Line[] } = JSON.parse((await run("doctor", "--json", "-q")).out);
			const odd = lines.filter(({ text: line }) => line.includes("unknown key"));
			expect(odd.map(({ state, hint }) => [state, hint])).toEqual(
				Object.values(misses).map((meant) => ["warn", `did you mean ${meant}?`]),
			);
			for (const [position, key] of Object.keys(misses).entries()) {
				expect(odd[position]?.text).toMatch(new RegExp(`^site.properties:\\d+: ${key}: unknown key$`));
			}
		});
	}
});

test("-q: what failed is told, and by its name", async () => {
	const text = EXISTING_FILES[0]?.text.replace("sh -c true", 'sh -c "exit 3"') ?? "";
	const { scene, run } = await siteWith(text);
	await using _ = scene;
	const [id = ""] = await scene.archived(1);
	const { code, out, err } = await run("component", "Sampler", "-q");
	expect({ code, out }).toEqual({ code: 1, out: `Failed to process ${id}\n` });
	expect(err).toContain(id);
	expect(err).not.toContain("warn");
});

test("doctor tells near misses beside faults, and those of YAML", async () => {
	await using scene = await ComponentScene.create();
	await writeFile(join(scene.folder, "odd.yaml"), "producer:\n  windw: 5\n  chunk: 0\nbatchs: { col_name: b }\n");
	const { code, out } = await scene.command(["doctor", "--json", "-c", "odd.yaml"]).ended();
	const { lines: all }: { lines: Line[] } = JSON.parse(out);
	const lines = all.filter(({ part }) => part === "config");
	expect(code).toBe(1);
	expect(lines.map(({ state, text }) => [state, text])).toEqual([
		["fail", "the configuration has a fault:"],
		["fail", "odd.yaml:3: producer.chunk: is not in range; expected a whole number, 1 to 5000 (found 0)"],
		["warn", "odd.yaml:4: batchs: unknown key"],
		["warn", "odd.yaml:2: producer.windw: unknown key"],
	]);
	expect(lines.slice(2).map(({ hint }) => hint)).toEqual(["did you mean batches?", "did you mean window?"]);
});

test("-q: every command that does something says nothing where all went well", async () => {
	await using scene = await ComponentScene.create();
	const quietly = async (...words: string[]) => await scene.command([...words, "-q"]).ended();
	expect(await quietly("init", "--max-tcn", "5")).toEqual(SILENT);
	const id = "B400022028241-RT1";
	expect(await quietly("batches", "add", id, "--type", "Newspaper")).toEqual(SILENT);
	expect(await quietly("batches", "event", id, "Data_Archived", "--success")).toEqual(SILENT);
	expect(await quietly("batches", "touch", id)).toEqual(SILENT);
	expect(await quietly("batches", "event", id, "Other", "--failure")).toEqual(SILENT);
	expect(await quietly("batches", "restart", id)).toEqual(SILENT);
	expect(await quietly("batches", "rm-event", id, "Data_Archived", "--yes")).toEqual(SILENT);
	expect(await quietly("locks", "prune", "--yes")).toEqual(SILENT);
	// What is asked for is answered all the same.
	expect((await quietly("init", "--dry-run")).out).toContain("would add");
	expect((await quietly("batches", "touch", id, "--dry-run")).out).toContain("would be modified");
	expect((await quietly("batches", "touch", id, "--json")).out).toContain('"modified"');
	expect((await quietly("batches", "ls")).out).toContain(id);
});
