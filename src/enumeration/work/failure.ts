import { type FaultKind, isFault, messageOf } from "../../base/fault.ts";
import type { JobFailure } from "./ports.ts";

/** The server keeps 1,000 bytes. */
const MOST_CHARACTERS = 900;

const TYPES: Partial<Readonly<Record<FaultKind, string>>> = {
	data: "BadData",
	failed: "Failed",
	unreachable: "Unreachable",
	refused: "Refused",
	interrupt: "Stopped",
	terminate: "Stopped",
	"broken-pipe": "Stopped",
};

/** True for what stops the worker and says nothing of the job. */
export function isStop(error: unknown): boolean {
	return isFault(error, "interrupt", "terminate", "broken-pipe");
}

/** What the server records of an error; of a bug with up to `lines` of its stack, of any other with its hint. */
export function failureOf(error: unknown, lines: number): JobFailure {
	const known = isFault(error) ? error : undefined;
	const why = messageOf(error);
	const message = isStop(error) ? `handed back before it was done: the worker was ${why}` : why;
	const trace = known === undefined && error instanceof Error ? (error.stack ?? "").split("\n") : [known?.hint ?? ""];
	return {
		errtype: (known && TYPES[known.kind]) ?? "Bug",
		message: message.slice(0, MOST_CHARACTERS),
		backtrace: trace.filter((line) => line !== "").slice(0, lines),
	};
}
