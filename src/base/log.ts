type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** The keys that every line has of itself. */
type LineKey = "time" | "level" | "message";
/** Those that the frame adds to every line of a run. */
type RunKey = "run" | "verb";

/** What a log line carries beside its message; rendered as `key=value`. The frame's keys are no names for others. */
export type LogFields = Values & { readonly [Key in LineKey | RunKey]?: undefined };

/** What every line of a run carries: its id, its verb once that is known, and what the verb adds. */
export type RunFields = Values & { readonly [Key in LineKey]?: undefined } & { readonly [Key in RunKey]?: string };

/** Log lines for people, on stderr. Never payload, never secrets. */
export interface Log {
	debug(message: string, fields?: LogFields): void;
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}

/** Takes lines of others, such as a child's output, into the log: many at a time, because there may be millions. */
export interface LineLog {
	/** False where such lines are not printed (`--quiet`): then nobody need prepare them. */
	readonly shown: boolean;
	/** `text` is whole lines, each with its line end; `from` says whose they are and stands in front of each. */
	lines(from: string, text: string): void;
	/** Resolves when there is room for more; awaited between calls. */
	room(): Promise<void>;
}
