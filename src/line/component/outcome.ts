import { cut, firstFailures } from "./first-failures.ts";
import type { Failure, WorkReport } from "./report.ts";
import type { ReportAnswer } from "./report-file/role.ts";

/** How the work ended: what its report is made from. */
export interface WorkEnd {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** The time that it had, for people, where it was ended because that was up. */
	readonly timedOut: string | undefined;
	/** The report that it wrote; why it cannot be read; undefined where it wrote none. */
	readonly answer: ReportAnswer | undefined;
	/** The end of what it wrote to stderr. */
	readonly tail: string;
	readonly started: Date;
	readonly durationMs: number;
}

export interface Reporting {
	readonly name: string;
	readonly version: string;
	/** How many failures a report keeps. */
	readonly maxResults: number;
}

/** The end for people: `exit code 3`, `killed by SIGSEGV`. */
function sayEnd({ code, signal }: WorkEnd): string {
	return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

/** Failures that follow from the end itself, beside those that the work reported. */
function ownFailures(ending: WorkEnd, agent: string): Failure[] {
	const { timedOut, answer, tail } = ending;
	const failure = (type: string, description: string): Failure => ({
		...{ filereference: "", type, component: agent, description },
		details: tail,
	});
	if (timedOut !== undefined) return [failure("timeout", `stopped after ${timedOut} (${sayEnd(ending)})`)];
	if (answer !== undefined && "wrong" in answer) return [failure("exception", `${answer.wrong} (${sayEnd(ending)})`)];
	const bad = ending.code !== 0 || ending.signal !== null;
	const isExplained =
		answer !== undefined &&
		(answer.written.failures.length + answer.leftOut > 0 || answer.written.outcome === "Failure");
	return bad && !isExplained ? [failure("exception", sayEnd(ending))] : [];
}

/**
 * The report of work that has ended: Success for exit code 0 without failures. An end that is not explained by the
 * work's own report is a failure of type `exception`, with the tail of stderr; one after the time limit is a `timeout`.
 */
export function reportOfWork(ending: WorkEnd, { name, version, maxResults }: Reporting): WorkReport {
	const { written, leftOut: unread } =
		ending.answer !== undefined && "written" in ending.answer ? ending.answer : { written: undefined, leftOut: 0 };
	const agent = `${name}-${version}`;
	const reported = (written?.failures ?? []).map((failure) => ({ ...failure, component: failure.component ?? agent }));
	// Our own failures first: they say why the work ended, and must not be among those that are left out.
	const failures = [...ownFailures(ending, agent), ...reported];
	const keep = firstFailures(failures, maxResults);
	const leftOut = failures.length - keep.length + unread;
	return {
		tool: cut(written?.tool ?? name),
		version: cut(written?.version ?? version),
		outcome: failures.length + unread > 0 || written?.outcome === "Failure" ? "Failure" : "Success",
		date: ending.started.toISOString(),
		duration_ms: Math.round(ending.durationMs),
		failures: keep,
		...(leftOut === 0 ? {} : { failures_left_out: leftOut }),
		preservable: written?.preservable ?? true,
		...(written?.events === undefined || written.events.length === 0 ? {} : { events: written.events }),
	};
}
