import { expect, test } from "bun:test";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { HeartbeatGap } from "../support/heartbeat-gap.ts";

const SESSION_MS = 4000;
const FREEZE_MS = (SESSION_MS * 2) / 3;
const ONE = `{"type":"t","description":"${"d".repeat(70)}"},`;
/** A report of so many failures, 100 bytes each. */
const report = (failures: number, end = "{}]}") =>
	`{ printf '{"failures":['; yes '${ONE}' | head -n ${failures - 1}; printf '${end}'; } >"$TANGLES_RESULT"`;

test("a report of 200 MB: heartbeats go out in time, its first failures are recorded, the others counted", async () => {
	const components = { Sample: { ...SAMPLE, "max-results": 3 } };
	await using scene = await ComponentScene.create({ components, sessionTimeout: `${SESSION_MS}ms` });
	const [id = ""] = await scene.archived(1);
	const gap = new HeartbeatGap(scene.locks.proxy);
	const { code, err } = await scene.run(report(2_000_000));
	process.stderr.write(`a report of 200 MB: heartbeat gap at most ${gap.largestMs} ms\n`);
	expect({ code, doubts: err.includes("in doubt") }).toEqual({ code: 1, doubts: false });
	expect(gap.largestMs).toBeLessThan(FREEZE_MS);
	const { failures, failures_left_out, outcome } = await scene.report(id);
	expect({ kept: failures.length, failures_left_out, outcome }).toEqual({
		...{ kept: 3, failures_left_out: 1_999_997, outcome: "Failure" },
	});
	expect(failures[0]).toMatchObject({ type: "t", component: "Sample-1.0" });
});

test("a large report that is cut off, and one that is no report: the event says so", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	expect((await scene.run(report(20_000, ""))).code).toBe(1);
	expect((await scene.report(id)).failures[0]?.description).toStartWith("the report is not JSON: ");
});

test("a large report of a success is one; max-results of 0 keeps none and counts all", async () => {
	const components = { Sample: { ...SAMPLE, "max-results": 0, "queue-length": 2 } };
	await using scene = await ComponentScene.create({ components });
	const [good = "", bad = ""] = await scene.archived(2);
	const success = `{ printf '{"outcome":"Success","tool":"'; yes t | head -n 300000 | tr -d '\\n'; printf '"}'; } >"$TANGLES_RESULT"`;
	const { code } = await scene.run(`if [ "$1" = ${good} ]; then ${success}; else ${report(5000)}; fi`);
	expect(code).toBe(1);
	expect(await scene.outcomes(good)).toEqual([true]);
	// A report's other texts are cut as those of its failures: an event must not outgrow its document.
	expect((await scene.report(good)).tool.length).toBe(10_001);
	expect(await scene.report(bad)).toMatchObject({ outcome: "Failure", failures: [], failures_left_out: 5000 });
});

test.each([
	["a fifo", 'mkfifo "$TANGLES_RESULT"', "not a regular file"],
	["a folder", 'mkdir "$TANGLES_RESULT"', "not a regular file"],
	["a folder with files", 'mkdir -p "$TANGLES_RESULT/x/y"', "not a regular file"],
	["a device without end", 'ln -s /dev/zero "$TANGLES_RESULT"', "not a regular file"],
	["links in a circle", 'ln -s "$TANGLES_RESULT" "$TANGLES_RESULT"', "cannot be read: ELOOP"],
	["a sparse file of 1 TB", 'truncate -s 1T "$TANGLES_RESULT"', "has 1099511627776 bytes, expected at most 268435456"],
	["zero bytes of 200 MB", 'truncate -s 200M "$TANGLES_RESULT"', "is not JSON"],
])("the report is %s: a failure that says so, recorded, and the next batch goes on", async (_, script, says) => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "queue-length": 2 } } });
	const ids = await scene.archived(2);
	expect((await scene.run(script)).code).toBe(1);
	for (const id of ids) {
		expect(await scene.outcomes(id)).toEqual([false]);
		expect((await scene.report(id)).failures[0]?.description).toContain(says);
	}
});
