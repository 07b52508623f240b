import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";

/** What is wrong with the component `Other`, and what is said of it. */
const FAULTS: readonly (readonly [string, unknown, string])[] = [
	["a number that is a text", { event: "X", "max-threads": "many" }, "components.Other.max-threads: "],
	["a list that is a map", { event: "X", past: { a: 1 } }, "components.Other.past"],
	["a duration that is none", { event: "X", "max-runtime": "soon" }, "components.Other.max-runtime: "],
	["an empty command", { event: "X", command: [""] }, "components.Other.command: names no program"],
	["no map at all", ["x"], "components.Other: is not a map"],
];

async function withFault(fault: unknown) {
	return await ComponentScene.create({ components: { Sample: SAMPLE, Other: fault as object } });
}

describe("a fault in the config of another component", () => {
	test.each(FAULTS)("%s: the component runs, says so, and is silent with -q", async (_, fault, says) => {
		await using scene = await withFault(fault);
		const [id] = await scene.archived(1);
		const { code, out, err } = await scene.run("true");
		expect({ code, out }).toEqual({ code: 0, out: `Worked on ${id} successfully\n` });
		expect(err).toContain(says);
		expect(err).toContain(" info the configuration has a fault: ");
		await scene.archived(1, 10);
		expect(await scene.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
	});

	test.each(FAULTS)("%s: that component itself is 78", async (_, fault, says) => {
		await using scene = await withFault(fault);
		const { code, out, err } = await scene.command(["component", "Other", "--", "true"]).ended();
		expect({ code, out }).toEqual({ code: 78, out: "" });
		expect(err).toContain(`error ${join(scene.folder, "tangles.yaml")}:1: ${says}`);
	});

	test("a name that cannot be part of a lock's path", async () => {
		await using scene = await ComponentScene.create({
			components: { Sample: SAMPLE, "a/b": { event: "X" }, "😀": {} },
		});
		expect((await scene.run("true", "-q")).code).toBe(0);
		const { code, err } = await scene.command(["component", "Other", "--", "true"]).ended();
		expect({ code, says: err.includes("there is no component Other") }).toEqual({ code: 78, says: true });
	});

	test("status shows the others and ends with 78; doctor looks at all else and fails of it; what has no component is 78", async () => {
		await using scene = await withFault({ event: "X", "max-threads": "many" });
		await scene.archived(1);
		expect((await scene.command(["batches", "ls"]).ended()).code).toBe(78);
		const status = await scene.command(["status", "--json"]).ended();
		expect(status.code).toBe(78);
		expect(JSON.parse(status.out)).toMatchObject({
			line: [{ component: "Sample", ready: 1 }],
			errors: [{ part: "line", error: expect.stringContaining("components.Other.max-threads") }],
		});
		const doctor = await scene.command(["doctor", "--json"]).ended();
		expect(doctor.code).toBe(1);
		const lines: { state: string; text: string }[] = JSON.parse(doctor.out).lines;
		expect(lines.filter(({ state }) => state === "fail").map(({ text }) => text)).toContainEqual(
			expect.stringContaining("components.Other: the configuration has a fault: "),
		);
		expect(lines.some(({ text }) => text.includes("round trip"))).toBe(true);
	});

	test("beside a fault that concerns everybody all are told at once, as ever", async () => {
		await using scene = await withFault({ event: "X", "max-threads": "many" });
		const file = join(scene.folder, "tangles.yaml");
		const config = JSON.parse(await Bun.file(file).text());
		await Bun.write(file, JSON.stringify({ ...config, producer: { patience: "long" } }));
		const { code, err } = await scene.run("true");
		expect(code).toBe(78);
		expect(err).toContain("the configuration has 2 faults:");
		expect(err).toContain("components.Other.max-threads");
		expect(err).toContain("producer.patience");
	});
});
