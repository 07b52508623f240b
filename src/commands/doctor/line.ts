/** One thing that was looked at. */
export interface Line {
	/** Which part: `config`, `mongo`, `faktory`, `zookeeper`, `leftovers`, `work`. */
	readonly part: string;
	readonly state: "ok" | "warn" | "fail";
	readonly text: string;
	/** What to do about it; on every line that is not ok. */
	readonly mend?: string;
}

export const ok = (part: string, text: string): Line => ({ part, state: "ok", text });
export const warn = (part: string, text: string, mend: string): Line => ({ part, state: "warn", text, mend });
export const fail = (part: string, text: string, mend: string): Line => ({ part, state: "fail", text, mend });
