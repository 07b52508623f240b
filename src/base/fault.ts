/** What went wrong, in the words of the design's exit table; `src/cli/exit-codes.ts` gives each its number. */
export type FaultKind =
	| "failed"
	| "usage"
	| "data"
	| "unreachable"
	| "output"
	| "locked"
	| "refused"
	| "config"
	| "lost"
	| "interrupt"
	| "terminate"
	| "broken-pipe";

/**
 * An error that was foreseen: the message says what is wrong, `hint` what to do about it.
 * Anything else that is thrown counts as a bug of ours.
 */
export class Fault extends Error {
	readonly kind: FaultKind;
	readonly hint: string | undefined;
	/** Exit code that the user chose in place of the kind's own. */
	readonly exitCode: number | undefined;

	constructor(
		kind: FaultKind,
		message: string,
		options: { hint?: string | undefined; cause?: unknown; exitCode?: number | undefined } = {},
	) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = "Fault";
		this.kind = kind;
		this.hint = options.hint;
		this.exitCode = options.exitCode;
	}
}

/** True for a fault of one of `kinds`; without kinds, for any fault. */
export function isFault(error: unknown, ...kinds: FaultKind[]): error is Fault {
	return error instanceof Fault && (kinds.length === 0 || kinds.includes(error.kind));
}

/** The message of a thrown value, with the messages of its causes, on one line. */
export function messageOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const own = error.message.trim().replaceAll(/\s*\n\s*/g, " ") || error.name;
	if (error.cause === undefined) return own;
	const cause = messageOf(error.cause);
	return own.includes(cause) ? own : `${own}: ${cause}`;
}
