import { describe, expect, test } from "bun:test";
import { changed } from "../../src/line/batches/derive.ts";
import { at } from "../support/batch-reference.ts";
import { ComponentScene } from "../support/component-scene.ts";

const MEBIBYTE = 1024 * 1024;
const SAMPLE = { past: ["Data_Archived"], old: ["Batch_Sampled"], event: "Batch_Sampled", "queue-length": 10 };

/** A line of two, of whose first batch `events` fill the document, each with so many bytes of details. */
async function filled(events: readonly (readonly [type: string, bytes: number])[], settings: object = {}) {
	const scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, ...settings } } });
	const [full = "", other = ""] = await scene.archived(2);
	const batch = await scene.batch(full);
	const more = events.map(([type, bytes]) => ({
		...{ type, success: false, time: at(1), agent: "test", details: "x".repeat(bytes) },
	}));
	await scene.store.store(changed(batch, { events: [...batch.events, ...more] }));
	return { scene, full, other };
}

/** So many events with details that are too short to be moved beside the document. */
const many = (count: number, type: string) => Array.from({ length: count }, () => [type, 1900] as const);

describe("no work starts without room for its outcome: the batch is passed over, 1, with the hint; the others are done", () => {
	test("events of others fill it: the largest type is named; --dry-run says so, and claims nothing", async () => {
		const { scene: made, full, other } = await filled([...many(7500, "Page_Read"), ["Other", 2000]]);
		await using scene = made;
		const plan = await scene.run("true", "--dry-run", "--json");
		expect(plan.code).toBe(1);
		expect(JSON.parse(plan.out).batches).toMatchObject([
			{ batch: full, would: "pass over", why: expect.stringContaining("no work was started") },
			{ batch: other, would: "take" },
		]);
		const { code, out, err } = await scene.run('echo "$1" >>"$0/log"');
		expect({ code, out }).toEqual({ code: 1, out: `Worked on ${other} successfully\n` });
		expect(await scene.lines("log")).toEqual([other]);
		expect(err).toContain(
			"the 7500 events Page_Read have 14.3 MB (of 7502 in all): remove what is not needed in mongosh",
		);
		expect(err).toContain(`error 1 batch was passed over: ${full}`);
		expect(await scene.batch(full)).toMatchObject({ claim: 0, version: 1 });
	});

	test("fields of other programs fill it: they are named", async () => {
		const { scene: made, full, other } = await filled([]);
		await using scene = made;
		await scene.batches.updateOne({ _id: full }, { $set: { scan: "x".repeat(15.937 * MEBIBYTE) } });
		const { code, out, err } = await scene.run("true");
		expect({ code, out }).toEqual({ code: 1, out: `Worked on ${other} successfully\n` });
		expect(err).toContain("fields of other programs in its document have 16.7 MB: remove them there");
		// What is recorded by hand meets the same limit, in words and not as an error of the server.
		const details = "x".repeat(900_000);
		await Bun.write(`${scene.folder}/details`, details);
		const event = await scene
			.command(["batches", "event", full, "X", "--success", "--details", `@${scene.folder}/details`])
			.ended();
		expect(event.code).toBe(1);
		expect(event.err).toContain(`${full}: its events would be larger than`);
	});

	test("a component that keeps no failures needs little room: it goes on where another cannot", async () => {
		const { scene: made, full, other } = await filled(many(7500, "Page_Read"), { "max-results": 0 });
		await using scene = made;
		const { code, out } = await scene.run("true");
		expect({ code, out }).toEqual({
			code: 0,
			out: `Worked on ${full} successfully\nWorked on ${other} successfully\n`,
		});
	});

	test("a report whose tool and version are of any length fits all the same", async () => {
		const { scene: made, full } = await filled(many(7000, "Page_Read"));
		await using scene = made;
		const failures = Array.from({ length: 2000 }, () => ({
			...{ type: "\u0001".repeat(400), description: "\u0001".repeat(400) },
		}));
		const report = { tool: "\u0001".repeat(3_000_000), version: "ø".repeat(3_000_000), failures };
		await Bun.write(`${scene.folder}/report.json`, JSON.stringify(report));
		const { code } = await scene.run('cp "$0/report.json" "$TANGLES_RESULT"');
		expect(code).toBe(1);
		expect(await scene.outcomes(full)).toEqual([false]);
		// What it does not have room for is beside it.
		expect((await scene.report(full)).tool.length).toBe(201);
		const { out } = await scene.command(["batches", "show", full, "--report", "7002", "--json"]).ended();
		expect(JSON.parse(JSON.parse(out).details).tool.length).toBe(10_001);
	});
});
