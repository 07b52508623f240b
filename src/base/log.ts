/** What a log line carries beside its message; rendered as `key=value`. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Talk for people, on stderr. Never payload, never secrets. */
export interface Log {
	debug(message: string, fields?: LogFields): void;
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}
