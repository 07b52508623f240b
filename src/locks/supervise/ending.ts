import { Fault } from "../../base/fault.ts";
import type { Ended, Report } from "./messages.ts";
import { startFault } from "./program.ts";

/** How the work ended: by the supervisor's final report, or because tangles itself took over. */
export type Ending =
	| Extract<Report, { readonly is: "failed" | "ended" }>
	| { readonly is: "took over"; readonly why: string; readonly refused: string | undefined };

/** The ending as a result; throws the fault that it stands for. */
export function endOf(ending: Ending, program: string, path: string): Ended {
	if (ending.is === "failed") throw startFault(program, path, { code: ending.errno });
	if (ending.refused !== undefined) {
		const hint = "nothing is recorded; see that it has ended before the work is done again";
		const why = `${program} could not be ended, because it runs as somebody else: process ${ending.refused}`;
		throw new Fault("lost", why, { hint });
	}
	if (ending.is === "ended") return ending;
	throw new Fault("lost", `the supervisor of ${program} ${ending.why}: the work was killed, nothing is recorded`);
}
