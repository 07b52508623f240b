import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { Fault } from "../../../../src/base/fault.ts";
import { requireBatch, updateBatch } from "../../../../src/line/batches/change.ts";
import { appended } from "../../../../src/line/batches/events.ts";
import { eventFrom, malformedFrom } from "../../../support/batch-reference.ts";
import { IntakeScene, TRIGGER } from "../../../support/intake-scene.ts";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const LIST = { list: "md5sums.txt" } as const;

describe("what is left", () => {
	test("a folder without the trigger file is counted, and taken in once it has it", async () => {
		const scene = new IntakeScene();
		scene.deliveries.put("B1-RT1", { files: { "a.tif": "a" } });
		expect(await scene.run()).toMatchObject({ waiting: 1, received: [], left: [] });
		scene.put("B1-RT1", { files: { "a.tif": "a" } });
		expect(await scene.run()).toMatchObject({ waiting: 0, received: [{ batch: "B1-RT1", outcome: "received" }] });
		expect((await requireBatch(scene.store, "B1-RT1")).events).toMatchObject([
			{ type: "Received", success: true, agent: "test", details: "/deliveries/B1-RT1: 2 files", at_version: 0 },
		]);
	});

	test("names that are no ids, files, links out: named, 1 at the end, and all others are dealt with", async () => {
		const scene = new IntakeScene();
		for (const name of ["scratch", "B1", "B2-RT01", "b3-RT1", "B4-RT-1", "B5-RT1.tmp"]) scene.deliver(name);
		scene.put("B6-RT1", { kind: "file" });
		scene.put("B7-RT1", { kind: "link out" });
		scene.put("B8-RT1", { linksOut: ["pages/a.tif"] });
		scene.put("B9-RT1", { odd: ["pipe"] });
		scene.deliver("B10-RT1");
		const fault = await scene.run().catch((error) => error);
		expect(fault).toMatchObject({
			kind: "failed",
			message: expect.stringContaining("10 of 11 were left as they are: ") as string,
		});
		expect(scene.left()).toEqual({
			...Object.fromEntries(
				["scratch", "B1", "B2-RT01", "b3-RT1", "B4-RT-1", "B5-RT1.tmp"].map((name) => [
					name,
					"its name is no batch's full id; expected B<batch id>-RT<round trip>, such as B400022028241-RT1",
				]),
			),
			"B6-RT1": "it is a file; expected a folder",
			"B7-RT1": "it is a link that leads out of /deliveries, or nowhere",
			"B8-RT1": 'a link in it leads out of /deliveries, or nowhere: "pages/a.tif"',
			"B9-RT1": 'it has what is no file, folder or link: "pipe"',
		});
		expect(scene.batches()).toEqual({ "B10-RT1": "Received+" });
	});

	test("a folder that is still being written is no failure", async () => {
		const scene = new IntakeScene();
		const now = 1_000_000;
		scene.put("B1-RT1", { changed: new Date(now - 59_999) });
		scene.put("B2-RT1", { changed: new Date(now - 60_000) });
		scene.put("B3-RT1", { changed: new Date(now + 5000) });
		const { received, left } = await scene.run({ now: () => now });
		expect(received.map(({ batch }) => batch)).toEqual(["B2-RT1"]);
		expect(left.map(({ name, why, failed }) => [name, why, failed])).toEqual([
			["B1-RT1", "it is still being written: its last change was 60 s ago", false],
			["B3-RT1", "it is still being written: its last change was 0 s ago", false],
		]);
		expect((await scene.run({ now: () => now, settleMs: 0 })).received.length).toBe(2);
	});

	test("a folder that grows, shrinks or goes away as it is looked at, though it had rested", async () => {
		for (const change of ["grows", "changes", "goes away"]) {
			let looks = 0;
			const scene: IntakeScene = new IntakeScene({
				beforeLook: (call) => {
					if (call !== "contents") return;
					looks += 1;
					if (looks !== 2) return;
					if (change === "goes away") scene.deliveries.remove("B1-RT1");
					else if (change === "grows") scene.put("B1-RT1", { files: { "a.tif": "a" } });
					else scene.put("B1-RT1", { changed: new Date() });
				},
			});
			scene.deliver("B1-RT1");
			const { left } = await scene.run({ settleMs: 0 });
			expect(left).toMatchObject([{ name: "B1-RT1", failed: false }]);
			expect(scene.batches()).toEqual({});
		}
	});

	test("a delivery that cannot be read is its own trouble", async () => {
		const scene = new IntakeScene({
			beforeLook: (_, delivery) => {
				if (delivery === "B1-RT1") throw new Fault("failed", "/deliveries/B1-RT1 cannot be read: EACCES");
			},
		});
		scene.deliver("B1-RT1", "B2-RT1");
		await expect(scene.run()).rejects.toMatchObject({ kind: "failed" });
		expect(scene.batches()).toEqual({ "B2-RT1": "Received+" });
	});

	test("a malformed round trip: named with what corrects it, 65 at the end, the others are dealt with", async () => {
		const scene = new IntakeScene();
		await scene.stored({ "B1-RT1": "Received+1" });
		scene.store.spoil(malformedFrom("B1-RT1", new Date(0)));
		scene.deliver("B1-RT2", "B2-RT1", "scratch");
		await expect(scene.run()).rejects.toMatchObject({ kind: "data" });
		expect(scene.batches()).toEqual({ "B1-RT1": "malformed", "B2-RT1": "Received+" });
		expect(scene.events).toContainEqual(
			expect.objectContaining({ event: "left", name: "B1-RT2", hint: "correct B1-RT1 by hand" }),
		);
	});
});

describe("checksums", () => {
	const rows: readonly (readonly [
		name: string,
		list: string | undefined,
		files: Record<string, string>,
		why: string | undefined,
	])[] = [
		["all as listed", `${md5("x")}  a.tif\n`, { "a.tif": "x" }, undefined],
		[
			"the list names itself wrongly, and the trigger",
			`${md5("x")}  a.tif\n${md5("")}  ${TRIGGER}\n`,
			{ "a.tif": "x" },
			undefined,
		],
		["no list", undefined, { "a.tif": "x" }, "there is no md5sums.txt in it"],
		["a wrong sum", `${md5("y")}  a.tif\n`, { "a.tif": "x" }, 'not as md5sums.txt says: "a.tif"'],
		[
			"a file missing",
			`${md5("x")}  a.tif\n${md5("x")}  b.tif\n`,
			{ "a.tif": "x" },
			'md5sums.txt names what is not there: "b.tif"',
		],
		[
			"a file too many",
			`${md5("x")}  a.tif\n`,
			{ "a.tif": "x", "b.tif": "x" },
			'md5sums.txt does not name what is there: "b.tif"',
		],
		[
			"a path outside",
			`${md5("x")}  ../B2-RT1/a.tif\n`,
			{ "a.tif": "x" },
			'md5sums.txt: line 1 names "../B2-RT1/a.tif", which is not inside the folder',
		],
		[
			"many wrong lines",
			"x\n".repeat(7),
			{},
			`md5sums.txt: ${[1, 2, 3, 4, 5].map((at) => `line ${at} is no sum and path`).join("; ")}; and 2 more`,
		],
		["an empty list, and a file", "", { "a.tif": "x" }, 'md5sums.txt does not name what is there: "a.tif"'],
		["an empty list, and no file", "", {}, undefined],
	];
	for (const [name, list, files, why] of rows) {
		test(name, async () => {
			const scene = new IntakeScene();
			scene.put("B1-RT1", { files: { ...files, ...(list === undefined ? {} : { "md5sums.txt": list }) } });
			const run = scene.run(LIST);
			if (why === undefined) {
				expect((await run).received).toMatchObject([{ batch: "B1-RT1" }]);
				expect((await requireBatch(scene.store, "B1-RT1")).events[0]?.details).toEndWith(
					", with the sums of md5sums.txt",
				);
			} else {
				await expect(run).rejects.toMatchObject({ kind: "failed" });
				expect(scene.left()).toEqual({ "B1-RT1": why });
				expect(scene.batches()).toEqual({});
			}
			// Without --checksums the list is a file like others.
			if (why !== undefined) expect((await scene.run()).received).toMatchObject([{ batch: "B1-RT1" }]);
		});
	}

	test("a link is no file that the list can speak for", async () => {
		const scene = new IntakeScene();
		scene.put("B1-RT1", { files: { "md5sums.txt": "" }, links: ["a.tif"] });
		await expect(scene.run(LIST)).rejects.toMatchObject({ kind: "failed" });
		expect(scene.left()).toEqual({ "B1-RT1": 'a link is no file that md5sums.txt can speak for: "a.tif"' });
		expect((await scene.run()).received.length).toBe(1);
	});

	test("a folder that grows as its sums are computed is left", async () => {
		const scene: IntakeScene = new IntakeScene({
			beforeLook: (call) => {
				if (call === "checksum") scene.put("B1-RT1", { files: { "a.tif": "x", "b.tif": "x", "md5sums.txt": "" } });
			},
		});
		scene.put("B1-RT1", { files: { "a.tif": "x", "md5sums.txt": `${md5("x")}  a.tif\n` } });
		const { left } = await scene.run(LIST);
		expect(left).toMatchObject([{ why: "it is still being written: it changed as it was looked at", failed: false }]);
	});
});

describe("others write at the same time", () => {
	test("the older round trip is approved just before it would be stopped: the newer one is stopped", async () => {
		let approve = true;
		const scene: IntakeScene = new IntakeScene({
			before: async (call) => {
				if (call !== "store" || !approve) return;
				approve = false;
				await updateBatch(scene.store, "B1-RT1", (batch) => appended(batch, eventFrom("Approved+5")));
			},
		});
		await scene.stored({ "B1-RT1": "Received+1" });
		scene.deliver("B1-RT2");
		expect((await scene.run()).received).toMatchObject([
			{ outcome: "stopped", why: "round trip 1 is approved: B1-RT1" },
		]);
		expect(scene.batches()).toEqual({ "B1-RT1": "Received+ Approved+", "B1-RT2": "Received+ Stopped+" });
	});

	test("another records the delivery just before: once, and nothing is said", async () => {
		let other = true;
		const scene: IntakeScene = new IntakeScene({
			before: async (call) => {
				if (call !== "add" || !other) return;
				other = false;
				await scene.run();
				scene.events = [];
			},
		});
		scene.deliver("B1-RT1");
		expect(await scene.run()).toMatchObject({ known: 1, received: [] });
		expect(scene.batches()).toEqual({ "B1-RT1": "Received+" });
	});

	test("the lock is lost: nothing more is written, and the run says what it did", async () => {
		const scene = new IntakeScene();
		scene.deliver("B1-RT1", "B2-RT1");
		let writes = 0;
		const ensureHeld = async () => {
			writes += 1;
			if (writes === 2) throw new Fault("lost", "the lock was lost");
		};
		await expect(scene.run({ ensureHeld })).rejects.toMatchObject({ kind: "lost" });
		expect(scene.batches()).toEqual({ "B1-RT1": "Received+" });
		expect(scene.events).toMatchObject([{ event: "received", batch: "B1-RT1" }]);
	});

	test("more deliveries than one question to the database names", async () => {
		const scene = new IntakeScene();
		const names = Array.from({ length: 1201 }, (_, at) => `B${at}-RT1`);
		scene.deliver(...names.slice(0, 1000));
		await scene.run();
		scene.deliver(...names);
		const { known, received } = await scene.run();
		expect([known, received.length]).toEqual([1000, 201]);
	});
});
