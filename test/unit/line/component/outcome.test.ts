import { expect, test } from "bun:test";
import { reportOfWork, type WorkEnd } from "../../../../src/line/component/outcome.ts";
import type { Written } from "../../../../src/line/component/report.ts";

const SAMPLE = { name: "Sample", version: "1.0", maxResults: 3 };
const ENDED: WorkEnd = {
	...{ code: 0, signal: null, timedOut: undefined, answer: undefined, tail: "last words" },
	...{ started: new Date("2026-11-24T00:00:00Z"), durationMs: 12.4 },
};
const failure = (description: string) => ({ filereference: "a.tif", type: "checksum", description, details: "" });
const wrote = (written: Partial<Written>, leftOut = 0): WorkEnd["answer"] => ({
	written: { failures: [], preservable: true, ...written },
	leftOut,
});

test("exit code 0 without a report: a success, by the component itself", () => {
	expect(reportOfWork(ENDED, SAMPLE)).toEqual({
		...{ tool: "Sample", version: "1.0", outcome: "Success", date: "2026-11-24T00:00:00.000Z", duration_ms: 12 },
		...{ failures: [], preservable: true },
	});
});

test.each<[string, Partial<WorkEnd>, string, string]>([
	["exit code 3 without a report", { code: 3 }, "exception", "exit code 3"],
	["a signal", { code: null, signal: "SIGSEGV" }, "exception", "killed by SIGSEGV"],
	["exit code 3, an empty report", { code: 3, answer: wrote({}) }, "exception", "exit code 3"],
	[
		"a report that cannot be read",
		{ answer: { wrong: "it is a folder" } },
		"exception",
		"it is a folder (exit code 0)",
	],
	[
		"its time was up",
		{ code: null, signal: "SIGTERM", timedOut: "0.3 s" },
		"timeout",
		"stopped after 0.3 s (killed by SIGTERM)",
	],
	["its time was up, and it ended well", { timedOut: "0.3 s" }, "timeout", "stopped after 0.3 s (exit code 0)"],
])("%s: a failure of our own, with the end of stderr", (_, end, type, description) => {
	expect(reportOfWork({ ...ENDED, ...end }, SAMPLE)).toMatchObject({
		outcome: "Failure",
		failures: [{ filereference: "", type, component: "Sample-1.0", description, details: "last words" }],
	});
});

test("failures of the work explain its exit code: none of our own beside them", () => {
	const end = {
		...ENDED,
		code: 3,
		answer: wrote({ failures: [failure("one"), { ...failure("two"), component: "Tool-9" }] }),
	};
	expect(reportOfWork(end, SAMPLE)).toMatchObject({
		outcome: "Failure",
		failures: [
			{ description: "one", component: "Sample-1.0" },
			{ description: "two", component: "Tool-9" },
		],
	});
});

test("a report that says Failure without a failure explains the exit code too", () => {
	const { outcome, failures } = reportOfWork({ ...ENDED, code: 3, answer: wrote({ outcome: "Failure" }) }, SAMPLE);
	expect({ outcome, failures }).toEqual({ outcome: "Failure", failures: [] });
});

test("a report that says Success beside failures is not believed", () => {
	const answer = wrote({ outcome: "Success", failures: [failure("one")] });
	expect(reportOfWork({ ...ENDED, answer }, SAMPLE).outcome).toBe("Failure");
});

test("more failures than are kept: ours first, the others counted, those too that the reader left out", () => {
	const answer = wrote({ failures: [1, 2, 3, 4].map((n) => failure(`number ${n}`)) }, 10);
	const report = reportOfWork({ ...ENDED, timedOut: "0.3 s", answer }, SAMPLE);
	expect(report.failures.map(({ type, description }) => `${type} ${description}`)).toEqual([
		...["timeout stopped after 0.3 s (exit code 0)", "checksum number 1", "checksum number 2"],
	]);
	expect(report.failures_left_out).toBe(12);
});

test("failures of which the reader kept none still fail the batch", () => {
	expect(reportOfWork({ ...ENDED, answer: wrote({}, 5) }, { ...SAMPLE, maxResults: 0 })).toMatchObject({
		...{ outcome: "Failure", failures: [], failures_left_out: 5 },
	});
});

test("tool, version and preservable are the work's own where it says them, cut to what an event has room for", () => {
	const answer = wrote({ tool: "x".repeat(20_000), version: "9", preservable: false });
	const report = reportOfWork({ ...ENDED, answer }, SAMPLE);
	expect([report.tool.length, report.version, report.preservable]).toEqual([10_001, "9", false]);
});
