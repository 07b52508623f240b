/**
 * What a log line carries beside its message; rendered as `key=value`. The keys that every line has of itself are no
 * names for others.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
	readonly time?: undefined;
	readonly level?: undefined;
	readonly message?: undefined;
};

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
