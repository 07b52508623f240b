import { describe, expect, test } from "bun:test";
import { appendFile, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeliveryScene, TRIGGER } from "../support/delivery-scene.ts";
import { Running } from "../support/tangles.ts";
import { polled } from "../support/until.ts";

const NOT_AN_ID = "its name is no batch's full id; expected B<batch id>-RT<round trip>, such as B400022028241-RT1";

test("a day at the intake: a delivery, a second round trip, an approval, a late one; the dry run says the same before", async () => {
	await using scene = await DeliveryScene.create();
	const both = async (...flags: string[]) => {
		const planned = await scene.run("--dry-run", ...flags);
		const before = await scene.batches();
		const done = await scene.run(...flags);
		expect(done.out).toBe(planned.out);
		expect(done.code).toBe(planned.code);
		return { out: done.out, before, after: await scene.batches() };
	};
	await scene.deliver("B1-RT1");
	await mkdir(join(scene.dir, "B2-RT1"));
	const first = await both("--type", "doms:Newspaper");
	expect(first.before).toEqual({});
	expect(first.out).toBe(`received B1-RT1\n0 known, 1 without ${TRIGGER}\n`);
	expect(await scene.site.batch("B1-RT1")).toMatchObject({
		...{ type: "doms:Newspaper", version: 0, succeeded: ["Data_Received"] },
		events: [
			{ details: `${scene.dir}/B1-RT1: 2 files`, agent: expect.stringContaining("tangles batches receive") as never },
		],
	});
	await scene.deliver("B1-RT2");
	expect((await both()).out).toBe(`received B1-RT2, stopped B1-RT1\n1 known, 1 without ${TRIGGER}\n`);
	await scene.site.command(["batches", "event", "B1-RT2", "Roundtrip_Approved", "--success"]).ended();
	await scene.deliver("B1-RT3");
	await scene.deliver("B1-RT0");
	expect((await both()).out).toBe(
		"late B1-RT0: round trip 2 is here already: B1-RT2\n" +
			`stopped B1-RT3: round trip 2 is approved: B1-RT2\n2 known, 1 without ${TRIGGER}\n`,
	);
	expect(await scene.batches()).toEqual({
		...{ "B1-RT0": "Data_Received-", "B1-RT1": "Data_Received+ Manually_stopped+" },
		...{ "B1-RT2": "Data_Received+ Roundtrip_Approved+", "B1-RT3": "Data_Received+ Manually_stopped+" },
	});
	// Only the one that goes on is ready for whoever asks for what was received.
	const ready = await scene.site.command(["batches", "ls", "--past", "Data_Received", "--json"]).ended();
	expect(JSON.parse(ready.out).batches.map(({ id }: { id: string }) => id)).toEqual(["B1-RT2"]);
	expect(await scene.run("-q")).toEqual({ code: 0, out: "", err: "" });
});

test("what is wrong is named and left, exit 1, and all others are taken in", async () => {
	await using scene = await DeliveryScene.create();
	await scene.deliver("B1-RT1");
	await scene.deliver("B2-RT01");
	await scene.deliver("B7-RT1", {});
	await writeFile(join(scene.dir, "notes.txt"), "");
	await writeFile(join(scene.dir, "B3-RT1"), "");
	await mkdir(join(scene.site.folder, "elsewhere"));
	await writeFile(join(scene.site.folder, "elsewhere", TRIGGER), "");
	await symlink("../elsewhere", join(scene.dir, "B4-RT1"));
	await symlink("nowhere", join(scene.dir, "B5-RT1"));
	await scene.deliver("B6-RT1");
	await symlink("/etc/passwd", join(scene.dir, "B6-RT1/pages/2.tif"));
	await symlink("pages/1.tif", join(scene.dir, "B1-RT1/first.tif"));
	const pipe = new Running(["mkfifo", join(scene.dir, "B7-RT1/pipe")], { PATH: process.env.PATH ?? "" });
	expect((await pipe.ended()).code).toBe(0);
	await mkdir(join(scene.dir, ".B8-RT1.part"));
	await mkdir(join(scene.dir, "lost+found"));
	const { code, out, err } = await scene.run("-q");
	expect({ code, out }).toEqual({ code: 1, out: "" });
	const told = err.split("\n").map((line) => line.replace(/^\S+ error /, ""));
	expect(told.slice(-3)).toEqual([
		expect.stringContaining(`${scene.dir}: 7 of 8 were left as they are: `) as never,
		"the lines above say what is wrong with each; all others were dealt with",
		"",
	]);
	expect(told.slice(0, -3).toSorted()).toEqual(
		[
			`B2-RT01 is left: ${NOT_AN_ID}`,
			"B3-RT1 is left: it is a file; expected a folder",
			`B4-RT1 is left: it is a link that leads out of ${scene.dir}, or nowhere`,
			`B5-RT1 is left: it is a link that leads out of ${scene.dir}, or nowhere`,
			`B6-RT1 is left: a link in it leads out of ${scene.dir}, or nowhere: "pages/2.tif"`,
			'B7-RT1 is left: it has what is no file, folder or link: "pipe"',
			`notes.txt is left: ${NOT_AN_ID}`,
		].toSorted(),
	);
	expect(await scene.batches()).toEqual({ "B1-RT1": "Data_Received+" });
});

test("names that are not UTF-8: a file's is taken as it is, a delivery's is named and left", async () => {
	await using scene = await DeliveryScene.create();
	await scene.deliver("B1-RT1");
	const script = `printf x > "$(printf 'B1-RT1/caf\\351.tif')"; cp -r B1-RT1 "$(printf 'B\\351-RT1')"`;
	const made = new Running(["sh", "-c", script], { PATH: process.env.PATH ?? "" }, scene.dir);
	expect((await made.ended()).code).toBe(0);
	const { code, err } = await scene.run("-q");
	expect(code).toBe(1);
	expect(err).toContain("B\ufffd-RT1 is left: its name is not UTF-8");
	expect(await scene.batches()).toEqual({ "B1-RT1": "Data_Received+" });
	expect((await scene.site.batch("B1-RT1")).events[0]?.details).toEndWith("/B1-RT1: 3 files");
});

describe("checksums", () => {
	const sums = async (scene: DeliveryScene, name: string, program: string, list: string) => {
		const script = `find . -type f ! -name ${TRIGGER} -print0 | xargs -0 ${program} > ../sums && mv ../sums ${list}`;
		const made = new Running(["sh", "-c", script], { PATH: process.env.PATH ?? "" }, join(scene.dir, name));
		expect((await made.ended()).code).toBe(0);
	};

	test.each([
		["md5sum", "md5sums.txt"],
		["sha256sum", "sha256sums.txt"],
	])("what %s writes is taken, whatever the names; what differs is named and left", async (program, list) => {
		await using scene = await DeliveryScene.create();
		const files = { "pages/1.tif": "a".repeat(3_000_000), "a b\\c\nd": "x", "ø/*": "", "pages/2/3.xml": "<a/>" };
		for (const name of ["B1-RT1", "B2-RT1", "B3-RT1", "B4-RT1", "B5-RT1"]) {
			await scene.deliver(name, files);
			if (name !== "B5-RT1") await sums(scene, name, program, list);
		}
		await appendFile(join(scene.dir, "B2-RT1/pages/1.tif"), "b");
		await rm(join(scene.dir, "B3-RT1/pages/2/3.xml"));
		await scene.write("B4-RT1/pages/4.xml", "");
		const { code, err } = await scene.run("--checksums", list);
		expect(code).toBe(1);
		expect(err).toContain(`B2-RT1 is left: not as ${list} says: "pages/1.tif"\n`);
		expect(err).toContain(`B3-RT1 is left: ${list} names what is not there: "pages/2/3.xml"\n`);
		expect(err).toContain(`B4-RT1 is left: ${list} does not name what is there: "pages/4.xml"\n`);
		expect(err).toContain(`B5-RT1 is left: there is no ${list} in it\n`);
		expect(await scene.batches()).toEqual({ "B1-RT1": "Data_Received+" });
		expect((await scene.site.batch("B1-RT1")).events[0]?.details).toBe(
			`${scene.dir}/B1-RT1: 6 files, with the sums of ${list}`,
		);
	});
});

test("a folder that grows while it is looked at is left until it rests; copied with kept times it is seen all the same", async () => {
	await using scene = await DeliveryScene.create();
	await scene.deliver("B1-RT1");
	const script = 'while :; do echo more >> "$1"; touch -d "2 days ago" "$1"; sleep 0.02; done';
	await using writer = new Running(["sh", "-c", script, "sh", join(scene.dir, "B1-RT1/pages/1.tif")], {
		PATH: process.env.PATH ?? "",
	});
	const run = async () => await (await scene.start("host", "--settle", "1s")).ended();
	for (let look = 0; look < 5; look += 1) {
		const { code, out, err } = await run();
		expect({ code, err }).toEqual({ code: 0, err: "" });
		expect(out).toStartWith("left B1-RT1: it is still being written: ");
	}
	expect(await scene.batches()).toEqual({});
	writer.kill("SIGKILL");
	await writer.ended();
	// The file's age is what is waited for, and nothing tells it.
	await polled("a delivery that has come to rest", async () =>
		(await run()).out.startsWith("received B1-RT1\n") ? true : undefined,
	);
	expect(await scene.batches()).toEqual({ "B1-RT1": "Data_Received+" });
	expect(await (await scene.start("host", "-q")).ended()).toEqual({ code: 0, out: "", err: "" });
	await scene.deliver("B2-RT1");
	// The default is a minute.
	expect((await (await scene.start("host", "-q")).ended()).out).toBe("");
	expect(Object.keys(await scene.batches())).toEqual(["B1-RT1"]);
});

test("the lock is by the collection; another host's run ends with 75, or 0 where it may skip", async () => {
	await using scene = await DeliveryScene.create();
	await scene.deliver("B1-RT1");
	const path = `/SBOI/receive-${scene.site.database}.batches`;
	const held = await scene.site.locks.take(path);
	const { code, err } = await scene.run();
	expect(code).toBe(75);
	expect(err).toContain(path);
	expect(await scene.run("-q", "--if-locked", "skip")).toEqual({ code: 0, out: "", err: "" });
	expect((await scene.run("--dry-run")).out).toStartWith("received B1-RT1\n");
	const waiting = await scene.start("other", "--settle", "0s", "--wait", "60s");
	await held.release();
	expect((await waiting.ended()).out).toStartWith("received B1-RT1\n");
});

test("other names: trigger file, events, and the stop event of the config", async () => {
	await using scene = await DeliveryScene.create();
	await scene.write("B1-RT1/DONE", "");
	await scene.write("B1-RT2/DONE", "");
	await scene.deliver("B2-RT1");
	const names = ["--trigger-file", "DONE", "--event", "Ankomst ø", "--stop-event", "Halted"];
	expect((await scene.run(...names)).out).toBe(
		"received B1-RT1\nreceived B1-RT2, stopped B1-RT1\n0 known, 1 without DONE\n",
	);
	expect(await scene.batches()).toEqual({ "B1-RT1": "Ankomst ø+ Halted+", "B1-RT2": "Ankomst ø+" });
	await rename(join(scene.dir, "B2-RT1"), join(scene.dir, "B1-RT3"));
	await scene.site.config({}, { "stop-event": "Put_aside" });
	expect((await scene.run()).out).toContain("received B1-RT3, stopped B1-RT1, B1-RT2\n");
	expect((await scene.batches())["B1-RT1"]).toBe("Ankomst ø+ Halted+ Put_aside+");
});

test.each([
	["a folder that is not there", ["nope"], 64, "nope: it does not exist", "give the folder in which deliveries arrive"],
	["a file", ["tangles.yaml"], 64, "tangles.yaml: it is no folder", "give the folder in which deliveries arrive"],
	[
		"a trigger file elsewhere",
		[".", "--trigger-file", "../done"],
		64,
		'--trigger-file is "../done"',
		"without a folder",
	],
	[
		"a list of another name",
		[".", "--checksums", "sums"],
		64,
		'--checksums is "sums"',
		"md5sums.txt or sha256sums.txt",
	],
	["one type for two", [".", "--event", "A", "--stop-event", "A"], 64, "are not three types", "a type of its own"],
	["an event with a comma", [".", "--event", "A,B"], 64, '--event is "A,B"', "write a name"],
	["no time", [".", "--settle", "soon"], 64, '--settle is "soon"', "write for example"],
])("%s: told, and nothing is done", async (_, words, expected, says, hint) => {
	await using scene = await DeliveryScene.create();
	const { code, out, err } = await scene.site.command(["batches", "receive", ...words]).ended();
	expect({ code, out }).toEqual({ code: expected, out: "" });
	expect(err).toContain(says);
	expect(err).toContain(hint);
	expect(await scene.batches()).toEqual({});
});

test("a malformed round trip: named with what corrects it, 65, and the others are taken in", async () => {
	await using scene = await DeliveryScene.create();
	await scene.deliver("B1-RT1");
	await scene.run();
	await scene.site.batches.updateOne({ _id: "B1-RT1" }, { $set: { claim: "x" } });
	await scene.deliver("B1-RT2");
	await scene.deliver("B2-RT1");
	const { code, err } = await scene.run("-q");
	expect(code).toBe(65);
	expect(err).toContain("B1-RT2 is left: ");
	expect(err).toContain("db.getCollection");
	expect(await scene.site.batches.countDocuments()).toBe(2);
});

test("--metrics-file counts deliveries by what became of them", async () => {
	await using scene = await DeliveryScene.create();
	for (const name of ["B1-RT1", "B1-RT2", "B2-RT1", "x"]) await scene.deliver(name);
	const file = join(scene.site.folder, "tangles.prom");
	await scene.run("--metrics-file", file);
	const text = await Bun.file(file).text();
	expect(text).toContain('tangles_deliveries_total{outcome="received"} 3\n');
	expect(text).toContain('tangles_deliveries_total{outcome="failed"} 1\n');
	expect(text).toMatch(/tangles_run_ended_timestamp_seconds\{command="batches receive"\} [1-9]/);
});
