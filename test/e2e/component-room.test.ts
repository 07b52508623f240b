import { describe, expect, test } from "bun:test";
import { appended } from "../../src/line/batches/events.ts";
import { at } from "../support/batch-reference.ts";
import { ComponentScene } from "../support/component-scene.ts";

const MEBIBYTE = 1024 * 1024;
const SAMPLE = { past: ["Data_Archived"], old: ["Batch_Sampled"], event: "Batch_Sampled", "queue-length": 10 };
const LATER = { outcome: "Failure" };

/** A line of two, of whose first batch `events` fill the document, each with so many bytes of details. */
async function filled(events: readonly (readonly [type: string, bytes: number])[], more: object = {}) {
	const scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, ...more } } });
	const [full = "", other = ""] = await scene.archived(2);
	let batch = await scene.batch(full);
	for (const [type, bytes] of events) {
		const event = { type, success: false, time: at(1), agent: "test", details: "x".repeat(bytes) };
		batch = appended(batch, event);
	}
	await scene.store.store(batch);
	return { scene, full, other };
}

const eight = (type: string, bytes: number) => Array.from({ length: 8 }, () => [type, bytes] as const);

describe("no work starts without room for its outcome: the batch is passed over, 1, with the hint; the others are done", () => {
	test("runs that failed with reports of 1 MB, again and again, by the binary itself", async () => {
		await using scene = await ComponentScene.create({ components: { Sample: SAMPLE } });
		const [id = ""] = await scene.archived(1);
		const failures = Array.from({ length: 200 }, () => ({ type: "bad", details: "x".repeat(9000) }));
		await Bun.write(`${scene.folder}/report.json`, JSON.stringify({ ...LATER, failures }));
		const work = 'echo "$1" >>"$0/log"; cp "$0/report.json" "$TANGLES_RESULT"';
		let recorded = 0;
		for (; recorded < 20; recorded += 1) {
			await scene.command(["batches", "touch", id]).ended();
			const { err } = await scene.run(work);
			if (err.includes("passed over")) break;
			expect(await scene.outcomes(id)).toHaveLength(recorded + 1);
		}
		expect(recorded).toBeGreaterThan(12);
		expect(await scene.lines("log")).toHaveLength(recorded);
		const { code, err } = await scene.run(work);
		expect(code).toBe(1);
		expect(err).toMatch(
			new RegExp(
				`error ${id} is passed over: ${id}: its document has .*, and the outcome may need 1\\.2 MB; no work was started`,
			),
		);
		expect(await scene.lines("log")).toHaveLength(recorded);
		const [, hint = ""] = /`tangles (batches rm-event [^`]+)`/.exec(err) ?? [];
		expect((await scene.command([...hint.split(" "), "--yes"]).ended()).code).toBe(0);
		expect((await scene.run("true")).code).toBe(0);
		expect(await scene.outcomes(id)).toEqual([true]);
	}, 120_000);

	test("events of others fill it: the largest type is named; --dry-run says so, and claims nothing", async () => {
		const { scene: made, full, other } = await filled([...eight("Page_Read", 1.75 * MEBIBYTE), ["Other", 100_000]]);
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
			`\`tangles batches rm-event ${full} Page_Read\` removes the 8 events Page_Read (14.7 MB, of 10 in all)`,
		);
		expect(err).toContain(`error 1 batch was passed over: ${full}`);
		expect(await scene.batch(full)).toMatchObject({ claim: 0, version: 1 });
	});

	test("fields of other programs fill it: they are named", async () => {
		const { scene: made, full, other } = await filled([]);
		await using scene = made;
		await scene.batches.updateOne({ _id: full }, { $set: { scan: "x".repeat(15.5 * MEBIBYTE) } });
		const { code, out, err } = await scene.run("true");
		expect({ code, out }).toEqual({ code: 1, out: `Worked on ${other} successfully\n` });
		expect(err).toContain("fields of other programs in its document have 16.3 MB: remove them there");
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
		const { scene: made, full, other } = await filled(eight("Page_Read", 1.8 * MEBIBYTE), { "max-results": 0 });
		await using scene = made;
		const { code, out } = await scene.run("true");
		expect({ code, out }).toEqual({
			code: 0,
			out: `Worked on ${full} successfully\nWorked on ${other} successfully\n`,
		});
	});

	test("a report whose tool and version are of any length fits all the same", async () => {
		const { scene: made, full } = await filled(eight("Page_Read", 1.69 * MEBIBYTE));
		await using scene = made;
		const failures = Array.from({ length: 2000 }, () => ({
			...{ type: "\u0001".repeat(400), description: "\u0001".repeat(400) },
		}));
		const report = { tool: "\u0001".repeat(3_000_000), version: "ø".repeat(3_000_000), failures };
		await Bun.write(`${scene.folder}/report.json`, JSON.stringify(report));
		const { code } = await scene.run('cp "$0/report.json" "$TANGLES_RESULT"');
		expect(code).toBe(1);
		expect(await scene.outcomes(full)).toEqual([false]);
		expect((await scene.report(full)).tool.length).toBe(10_001);
	});
});
