/** An event's document has room for 16 MB in all; a line has many stations. */
const MOST_BYTES = 1024 * 1024;
/** For each text of a report. */
const MOST_LETTERS = 10_000;

interface Texts {
	readonly filereference: string;
	readonly type: string;
	readonly component?: string | undefined;
	readonly description: string;
	readonly details: string;
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
