import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DoctorLine } from "../../src/base/doctor-line.ts";
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
			const { lines }: { lines: DoctorLine[] } = JSON.parse((await run("doctor", "--json", "-q")).out);
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

/** Every numeric key of a file, and one that may be 0. */
const NUMERIC = [
	...[
		"autonomous.maxThreads",
		"autonomous.workQueueSize",
		"autonomous.sboi.pageSize",
		"autonomous.maxRuntimeForWorkers",
	],
	...["autonomous.component.threadsPerBatch", "autonomous.component.maxResults"],
	...["autonomous.simultaneousProcesses", "simultaneousProcesses"],
];

test("the same file with each numeric key blank, spaced, 0, -1 and 1e3", async () => {
	const text = EXISTING_FILES[0]?.text ?? "";
	const { scene, run } = await siteWith(text);
	await using _ = scene;
	const file = join(scene.folder, "site.properties");
	for (const key of NUMERIC) {
		const runWith = async (line: string) => {
			await writeFile(file, `${text}${key}${line}\n`);
			return await run("component", "Sampler", "-q");
		};
		for (const line of ["", "=", " = ", "=   200   ", "\t200", ":\\\n  200"]) {
			expect({ key, line, ...(await runWith(line)) }).toEqual({ key, line, ...SILENT });
		}
		for (const line of ["=0", "=-1", "=1e3"]) {
			const { code, out, err } = await runWith(line);
			// No failures kept is a number like others.
			const isTaken = key.endsWith("maxResults") && line === "=0";
			expect({ key, line, code, out }).toEqual({ key, line, code: isTaken ? 0 : 78, out: "" });
			if (!isTaken) expect(err).toContain(`site.properties:${text.split("\n").length}: ${key}: is not `);
		}
	}
});

test("event names and types with colons, blanks, dots and letters beyond ASCII, in whatever encoding, are as they are", async () => {
	const [event, type] = ["Geprüft. Stufe 2: ø", "doms:Inhalt_Über.all"];
	const text = `autonomous.pastSuccessfulEvents=Data_Archived
autonomous.eventID=${event}
autonomous.futureEvents ${event}
autonomous.itemTypes:${type},Other
autonomous.component.command=sh -c true
`;
	const escaped = text.replaceAll(/[^\n -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
	const { scene, run } = await siteWith("");
	await using _ = scene;
	const forms = { utf8: Buffer.from(text), latin1: Buffer.from(text, "latin1"), escapes: Buffer.from(escaped) };
	for (const [at, [form, bytes]] of Object.entries(forms).entries()) {
		await writeFile(join(scene.folder, "site.properties"), bytes);
		const [id = ""] = await scene.archived(1, 10 * at, type);
		expect({ form, ...(await run("component", "Sampler", "-q")) }).toEqual({ form, ...SILENT });
		expect({ form, done: await scene.outcomes(id, event) }).toEqual({ form, done: [true] });
		expect({ form, ...(await run("component", "Sampler", "-q")) }).toEqual({ form, ...SILENT });
	}
});

test("two names of one setting that differ, and failed events that are asked for: 78, with what to do", async () => {
	const { scene, run } = await siteWith(`${EXISTING_FILES[0]?.text}autonomous.component.event=Other\n`);
	await using _ = scene;
	const twice = await run("component", "Sampler", "-q");
	expect(twice).toMatchObject({ code: 78, out: "" });
	expect(twice.err).toContain("autonomous.component.event: differs from autonomous.eventID on line 3");
	await writeFile(join(scene.folder, "site.properties"), `${EXISTING_FILES[0]?.text}autonomous.pastFailedEvents=X\n`);
	const failed = await run("component", "Sampler", "-q");
	expect(failed).toMatchObject({ code: 78, out: "" });
	expect(failed.err).toContain(
		"take the key out, and have failed batches worked on again by `tangles batches restart`",
	);
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
	const { lines: all }: { lines: DoctorLine[] } = JSON.parse(out);
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
