import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";

/** The most children that were at work at a time, by what they wrote as they began and ended. */
function mostAtOnce(lines: readonly string[]): number {
	let [running, most] = [0, 0];
	for (const line of lines) {
		running += line.startsWith("begin") ? 1 : -1;
		most = Math.max(most, running);
	}
	return most;
}

/** Ends once three children have begun, so that fewer at a time would never end. */
const THREE_TOGETHER =
	'echo begin >> "$0/work"; until [ "$(grep -c begin "$0/work")" -ge 3 ]; do sleep 0.02; done; echo end >> "$0/work"';

test.each([
	["YAML", { ...SAMPLE, "queue-length": 7, simultaneousProcesses: 3 }],
	["YAML, with the hyphen", { ...SAMPLE, "queue-length": 7, "simultaneous-processes": 3 }],
])("simultaneousProcesses: 3 in %s: three children at once, and no more", async (_, sample) => {
	await using scene = await ComponentScene.create({ components: { Sample: sample } });
	await scene.archived(7);
	const { code, out } = await scene.run(THREE_TOGETHER);
	expect({ code, done: out.match(/successfully/g)?.length }).toEqual({ code: 0, done: 7 });
	expect(mostAtOnce(await scene.lines("work"))).toBe(3);
});

test("simultaneousProcesses alone, in a properties file: it is the queue's length too", async () => {
	await using scene = await ComponentScene.create();
	const ids = await scene.archived(4);
	await writeFile(
		join(scene.folder, "site.properties"),
		`simultaneousProcesses: 3
autonomous.pastSuccessfulEvents=Data_Archived
autonomous.futureEvents=Batch_Sampled
autonomous.eventID=Batch_Sampled
`,
	);
	const env = {
		TANGLES_MONGO_URI: scene.mongoProxy.uri(true).replace("/?", `/${scene.database}?`),
		TANGLES_ZOOKEEPER: `${scene.locks.proxy.address}${scene.locks.chroot}`,
	};
	const words = ["component", "Sample", "-c", "site.properties", "--", "sh", "-c", THREE_TOGETHER, scene.folder];
	const { code, out } = await scene.command(words, env).ended();
	expect({ code, out: out.split("\n").toSorted() }).toEqual({
		code: 0,
		out: ["", ...ids.slice(0, 3).map((id) => `Worked on ${id} successfully`)],
	});
	expect(mostAtOnce(await scene.lines("work"))).toBe(3);
});

/** The first three end at once, the fourth never. */
const FOURTH_STAYS = 'echo "$1" >> "$0/work"; [ "$(wc -l < "$0/work")" -le 3 ] || sleep 60';

test("the whole run's time is up: three are recorded, all others are ready as before, and the next run takes them", async () => {
	const sample = { ...SAMPLE, "queue-length": 10, "max-run": "6s" };
	await using scene = await ComponentScene.create({ components: { Sample: sample } });
	const ids = await scene.archived(10);
	const { code, out, err } = await scene.run(FOURTH_STAYS, "-q");
	expect({ code, out }).toEqual({ code: 1, out: "" });
	expect(err).toMatch(
		new RegExp(
			`^\\S+ error ${ids[3]} stopped and not recorded: the run's 6 s \\(max-run\\) were up; 6 more not begun; all are still ready\n` +
				"\\S+ error the next run begins with them; give a run more time .*\n$",
		),
	);
	expect(await scene.lines("work")).toEqual(ids.slice(0, 4));
	for (const [at, id] of ids.entries()) {
		expect(await scene.outcomes(id)).toEqual(at < 3 ? [true] : []);
		if (at >= 3) expect((await scene.batch(id)).takers).toEqual([]);
	}
	const { code: again, out: rest } = await scene.run("true");
	expect({ again, rest }).toEqual({
		again: 0,
		rest: ids
			.slice(3)
			.map((id) => `Worked on ${id} successfully\n`)
			.join(""),
	});
});

test("maxRuntimeForWorkers: work that had the whole run and ran on has failed; nothing else was begun", async () => {
	await using scene = await ComponentScene.create();
	const [first = "", second = ""] = await scene.archived(2);
	await writeFile(
		join(scene.folder, "site.properties"),
		`autonomous.maxRuntimeForWorkers=6000
autonomous.workQueueSize=2
autonomous.pastSuccessfulEvents=Data_Archived
autonomous.futureEvents=Batch_Sampled
autonomous.eventID=Batch_Sampled
autonomous.component.command=sh -c "sleep 60"
`,
	);
	const env = {
		TANGLES_MONGO_URI: scene.mongoProxy.uri(true).replace("/?", `/${scene.database}?`),
		TANGLES_ZOOKEEPER: `${scene.locks.proxy.address}${scene.locks.chroot}`,
	};
	const { code, out, err } = await scene.command(["component", "Sample", "-c", "site.properties"], env).ended();
	expect({ code, out }).toEqual({ code: 1, out: `Failed to process ${first}\n` });
	expect((await scene.report(first)).failures).toMatchObject([
		{ type: "timeout", description: "stopped after the run's 6 s (max-run) (killed by SIGTERM)" },
	]);
	expect(err).toContain(`returned batch=${second} begun=false`);
	expect(await scene.outcomes(second)).toEqual([]);
});

test("a batch that is stopped is left alone by every component that does not ask for it", async () => {
	const asks = { past: ["Data_Archived", "Manually_stopped"], future: ["Buried"], event: "Buried" };
	await using scene = await ComponentScene.create({ components: { Sample: SAMPLE, Undertaker: asks } });
	const [id = ""] = await scene.archived(1);
	const batches = async (...words: string[]) => (await scene.command(["batches", ...words]).ended()).out;
	await batches("event", id, "Manually_stopped", "--success");
	expect(await scene.run("true", "-q")).toEqual({ code: 0, out: "", err: "" });
	expect(await batches("ls", "--past", "Data_Archived")).toBe("");
	expect(await batches("ls", "--past", "Manually_stopped")).toContain(id);
	expect(await batches("ls")).toContain(id);
	const dry = await scene.command(["component", "Sample", "--dry-run", "--", "true"]).ended();
	expect(dry.out).toContain("not ready  stopped: Manually_stopped succeeded");
	const { line } = JSON.parse((await scene.command(["status", "--json"]).ended()).out);
	expect(line.map(({ component, ready }: { component: string; ready: number }) => [component, ready])).toEqual([
		["Sample", 0],
		["Undertaker", 1],
	]);
	const asking = await scene.command(["component", "Undertaker", "--", "true"]).ended();
	expect(asking.out).toBe(`Worked on ${id} successfully\n`);
	await batches("rm-event", id, "Manually_stopped", "--yes");
	expect((await scene.run("true")).out).toBe(`Worked on ${id} successfully\n`);
});
