import { isFault, messageOf } from "../base/fault.ts";
import { limitFault } from "../base/host-limits.ts";
import type { Log } from "../base/log.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/** What was thrown, and behind it what was thrown later, as resources that were opened by `await using` were ended. */
function failuresOf(thrown: unknown): unknown[] {
	if (!(thrown instanceof SuppressedError)) return [thrown];
	return [...failuresOf(thrown.suppressed), ...failuresOf(thrown.error)];
}

/** Says on stderr how a run failed, and gives its exit code. Stacks only with `--verbose`. */
export function reportFailure(thrown: unknown, log: Log, version: string): number {
	const [first, ...later] = failuresOf(thrown);
	for (const failure of later) log.debug(`after the failure: ${messageOf(failure)}`);
	// Any call can meet a limit of the host (open files, memory). That is no bug, and its text names the limit.
	const error = isFault(first) ? first : (limitFault(first) ?? first);
	if (isFault(error)) {
		if (error.kind === "broken-pipe") return EXIT_CODES["broken-pipe"].code;
		const stopped = error.kind === "interrupt" || error.kind === "terminate";
		for (const line of error.message.split("\n")) stopped ? log.warn(line) : log.error(line);
		if (error.hint !== undefined) log.error(error.hint);
		if (error.cause !== undefined) log.debug(`cause: ${messageOf(error.cause)}`);
		return error.exitCode ?? EXIT_CODES[error.kind].code;
	}
	log.error(`unforeseen: ${messageOf(error)}; please report this line, the command, and its output with -v`, {
		version,
	});
	if (error instanceof Error && error.stack !== undefined) for (const line of error.stack.split("\n")) log.debug(line);
	return EXIT_CODES.bug.code;
}
