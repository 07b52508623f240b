/** For all failures of one report: a document has room for 16 MB, and each station adds a report to it. */
const MOST_BYTES = 1024 * 1024;
/** Characters that each text of a report keeps. */
const MOST_LETTERS = 10_000;

interface Texts {
	readonly filereference: string;
	readonly type: string;
	readonly component?: string | undefined;
	readonly description: string;
	readonly details: string;
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

/** A text that somebody else wrote, cut to what an event has room for. */
export const cut = (text: string) => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text);

/** The first failures, their texts cut: as many as `most` allows and as 1 MB has room for. */
export function firstFailures<T extends Texts>(failures: readonly T[], most: number): T[] {
	const result: T[] = [];
	let bytes = 0;
	for (const failure of failures.slice(0, most)) {
		const { filereference, type, component, description, details } = failure;
		const short = {
			...failure,
			...{ filereference: cut(filereference), type: cut(type), description: cut(description), details: cut(details) },
			...(component === undefined ? {} : { component: cut(component) }),
		};
		bytes += Buffer.byteLength(JSON.stringify(short));
		if (bytes > MOST_BYTES) break;
		result.push(short);
	}
	return result;
}
