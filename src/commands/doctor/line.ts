import { isFault, messageOf } from "../../base/fault.ts";

/** One thing that was looked at. */
export interface Line {
	/** Which part: `host`, `config`, `work`, `mongo`, `faktory`, `zookeeper`, `line`, `leftovers`. */
	readonly part: string;
	readonly state: "ok" | "warn" | "fail";
	readonly text: string;
	/** What to do about it; on every line that is not ok. */
	readonly hint?: string;
}

export const ok = (part: string, text: string): Line => ({ part, state: "ok", text });
export const warn = (part: string, text: string, hint: string): Line => ({ part, state: "warn", text, hint });
export const fail = (part: string, text: string, hint: string): Line => ({ part, state: "fail", text, hint });

/** Collects lines one by one: a part that then throws still shows the lines before. */
export type AddLines = (lines: readonly Line[]) => void;

/** The line for a check that threw. */
export function thrownLine(part: string, error: unknown): Line {
	if (!isFault(error)) {
		return fail(part, `unforeseen: ${messageOf(error)}`, "a bug of tangles: please report it, with this line");
	}
	return fail(
		part,
		messageOf(error),
		error.hint ?? "see that the server runs, and that its address and login are right",
	);
}
