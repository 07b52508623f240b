import { constants } from "node:os";
import type { Log } from "../../base/log.ts";

/**
 * The work was stopped from its terminal: says so, and stops tangles with all of its job, so that the shell has the
 * terminal.
 */
export async function stopWithTheWork(signal: number, log: Log, logWritten = async () => {}): Promise<void> {
	const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
	log.warn(`the work is stopped (${name}), and tangles with it: \`fg\` goes on, before the session's time-out is over`);
	// Awaited first: a line that is not written before the stop would be written only after it.
	await logWritten();
	// Default action of SIGTSTP: stops us, unless no shell is there that could go on with the job.
	process.kill(0, "SIGTSTP");
}

/** Calls back whenever tangles goes on after a stop. Returns the function that ends it. */
export function whenContinued(listener: () => void): () => void {
	process.on("SIGCONT", listener);
	return () => process.off("SIGCONT", listener);
}
