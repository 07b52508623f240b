import { Secret } from "../../base/secret.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { runGrafter } from "../../enumeration/work/grafter/run.ts";

/** From the end of the worker to the end of its grafters. */
const LAST_WORD_MS = 5000;

/** The server's address, as it can go through a channel to another process; never on a command line. */
type Will = Omit<FaktoryConfig, "password"> & { readonly password?: string };

/** What a grafter needs to hand back a job. */
export function willOf({ password, ...address }: FaktoryConfig): Will {
	return { ...address, ...(password === undefined ? {} : { password: password.reveal() }) };
}

/** The role of a grafter: grafts for the worker that started it, and hands its job back where that was killed. */
export function becomeGrafter(exit: () => void): void {
	runGrafter(async (will, jid) => {
		const { password, ...address } = will as Will;
		const config = { ...address, password: password === undefined ? undefined : new Secret(password) };
		// Loaded here, because grafting needs no driver.
		const { openLine } = await import("../../servers/faktory/connection.ts");
		const line = await openLine(config, LAST_WORD_MS);
		const failure = { jid, errtype: "Killed", message: "handed back: the worker was killed", backtrace: [] };
		await line.ask(["FAIL", JSON.stringify(failure)], LAST_WORD_MS);
	}, exit);
}
