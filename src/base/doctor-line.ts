/** A line of `tangles doctor`: one thing that was looked at. */
export interface DoctorLine {
	/** Which part: `host`, `config`, `work`, `mongo`, `faktory`, `zookeeper`, `line`, `leftovers`. */
	readonly part: string;
	readonly state: "ok" | "warn" | "fail";
	readonly text: string;
	/** What to do about it; on every line that is not ok. */
	readonly hint?: string;
}

/** `tangles doctor --json`. */
export interface DoctorDocument {
	readonly failed: number;
	readonly warned: number;
	readonly lines: readonly DoctorLine[];
}
