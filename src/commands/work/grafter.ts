import { concealed, type Revealed } from "../../base/revealed.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { runGrafter } from "../../enumeration/work/grafter/run.ts";

/** From the end of the worker to the end of its grafters. */
const HAND_BACK_MS = 5000;

/** What a grafter needs to hand back a job: the server, as it goes through a channel. */
export type HandBackTo = Revealed<FaktoryConfig>;

/** The role of a grafter: grafts for the worker that started it, and hands its job back where that was killed. */
export function becomeGrafter(exit: () => void): void {
	runGrafter(async (handBackTo, jid) => {
		// Loaded here, because grafting needs no driver.
		const { openConnection } = await import("../../servers/faktory/connection.ts");
		const server = concealed<FaktoryConfig>(handBackTo as HandBackTo);
		const connection = await openConnection(server, HAND_BACK_MS);
		const failure = { jid, errtype: "Killed", message: "handed back: the worker was killed", backtrace: [] };
		await connection.ask(["FAIL", JSON.stringify(failure)], HAND_BACK_MS);
	}, exit);
}
