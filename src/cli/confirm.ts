import { Fault } from "../base/fault.ts";
import type { ProcessIo } from "./run.ts";

/** Asks on a terminal whether to do `what`; off one, refuses unless `yes`. Throws a Fault where it may not be done. */
export async function confirm(
	{ ask, signal }: Pick<ProcessIo, "ask" | "signal">,
	what: string,
	yes: boolean,
): Promise<void> {
	if (yes) return;
	if (ask === undefined) {
		throw new Fault("usage", `${what}: stdin is no terminal on which to ask; nothing was done`, {
			hint: "give --yes to do it without a question",
		});
	}
	const answer = await ask(`${what}? [y/N] `, signal);
	if (!/^y(es)?$/i.test(answer.trim())) throw new Fault("failed", `${what}: not confirmed, nothing was done`);
}
