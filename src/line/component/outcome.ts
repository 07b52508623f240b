import type { Failure, Report, Written } from "./report.ts";

/** An event's document has room for 16 MB in all; a line has many stations. */
const MOST_BYTES = 1024 * 1024;
/** For each text of a failure. */
const MOST_LETTERS = 10_000;

/** How the work ended, as far as its report depends on it. */
export interface Ending {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** True where it was ended because its time was up; `limitMs` says which. */
	readonly timedOut: boolean;
	readonly limitMs: number;
	/** The report that it wrote; why it cannot be read; undefined where it wrote none. */
	readonly written: Written | string | undefined;
	/** The last that it wrote to stderr. */
	readonly tail: string;
	readonly started: Date;
	readonly durationMs: number;
}

export interface Reporting {
	readonly name: string;
	readonly version: string;
	/** Failures kept. */
	readonly maxResults: number;
}

/** What kind of end it was, for people: `exit code 3`, `killed by SIGSEGV`. */
function sayEnd({ code, signal }: Ending): string {
	return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

/** Failures that follow from the end itself, beside those that the work reported. */
function ownFailures(ending: Ending, agent: string): Failure[] {
	const { timedOut, written, tail } = ending;
	const failure = (type: string, description: string): Failure => ({
		...{ filereference: "", type, component: agent, description },
		details: tail,
	});
	if (timedOut) return [failure("timeout", `stopped after ${ending.limitMs / 1000} s (${sayEnd(ending)})`)];
	if (typeof written === "string") return [failure("exception", `${written} (${sayEnd(ending)})`)];
	const bad = ending.code !== 0 || ending.signal !== null;
	const told = written !== undefined && (written.failures.length > 0 || written.outcome === "Failure");
	return bad && !told ? [failure("exception", sayEnd(ending))] : [];
}

/** Letters that JSON escapes as `\u001b`, and others in UTF-8, take at most so many bytes each. */
const MOST_BYTES_A_LETTER = 6;
/** Names of the fields, quotes, commas and numbers of a failure, and of the report around all of them. */
const FRAME_BYTES = 400;
const TEXT_BYTES = MOST_LETTERS * MOST_BYTES_A_LETTER + FRAME_BYTES;
const FAILURE_TEXTS = 5;
/** `{"filereference":"","type":"","component":"","description":"","details":""}` */
const SMALLEST_FAILURE = 70;

/** The most bytes that a report can have as JSON, where at most `maxResults` failures are kept. */
export function largestReportBytes(maxResults: number): number {
	const failures = Math.min(MOST_BYTES, maxResults * FAILURE_TEXTS * TEXT_BYTES);
	const commas = failures / SMALLEST_FAILURE;
	// `tool` and `version` are the work's own too.
	return Math.ceil(failures + commas + 2 * TEXT_BYTES + FRAME_BYTES);
}

const cut = (text: string) => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text);

/** The first failures, as many as may be kept and as there is room for. */
function kept(failures: readonly Failure[], most: number): Failure[] {
	const result: Failure[] = [];
	let bytes = 0;
	for (const { filereference, type, component, description, details } of failures.slice(0, most)) {
		const failure = {
			...{ filereference: cut(filereference), type: cut(type), component: cut(component) },
			...{ description: cut(description), details: cut(details) },
		};
		bytes += Buffer.byteLength(JSON.stringify(failure));
		if (bytes > MOST_BYTES) break;
		result.push(failure);
	}
	return result;
}

/**
 * The report of work that has ended: Success for exit code 0 without failures. An end that is not explained by the work's
 * own report is a failure of type `exception`, with the tail of stderr; one after the time limit is a `timeout`.
 */
export function reportOf(ending: Ending, { name, version, maxResults }: Reporting): Report {
	const written = typeof ending.written === "object" ? ending.written : undefined;
	const agent = `${name}-${version}`;
	const reported = (written?.failures ?? []).map((failure) => ({ ...failure, component: failure.component ?? agent }));
	// Ours first: they say why the work ended, and must not be the ones that are left out.
	const failures = [...ownFailures(ending, agent), ...reported];
	const keep = kept(failures, maxResults);
	const leftOut = failures.length - keep.length;
	return {
		tool: cut(written?.tool ?? name),
		version: cut(written?.version ?? version),
		outcome: failures.length > 0 || written?.outcome === "Failure" ? "Failure" : "Success",
		date: ending.started.toISOString(),
		duration_ms: Math.round(ending.durationMs),
		failures: keep,
		...(leftOut === 0 ? {} : { failures_left_out: leftOut }),
		preservable: written?.preservable ?? true,
	};
}
