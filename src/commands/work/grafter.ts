import { Secret } from "../../base/secret.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { runGrafter } from "../../enumeration/work/grafter/run.ts";

/** From the end of the worker to the end of its grafters. */
const HAND_BACK_MS = 5000;

/** The server's address, as it can go through a channel to another process; never on a command line. */
type HandBack = Omit<FaktoryConfig, "password" | "tls"> & {
	readonly password?: string;
	readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
};

/** What a grafter needs to hand back a job. */
export function handBackFor({ password, tls, ...address }: FaktoryConfig): HandBack {
	const secret = password?.reveal();
	const key = tls?.key?.reveal();
	const { ca, cert } = tls ?? {};
	return {
		...address,
		...(secret === undefined ? {} : { password: secret }),
		...(tls === undefined ? {} : { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
	};
}

function configOf({ password, tls, ...address }: HandBack): FaktoryConfig {
	const secret = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));
	return { ...address, password: secret(password), tls: tls && { ca: tls.ca, cert: tls.cert, key: secret(tls.key) } };
}

/** The role of a grafter: grafts for the worker that started it, and hands its job back where that was killed. */
export function becomeGrafter(exit: () => void): void {
	runGrafter(async (handBack, jid) => {
		// Loaded here, because grafting needs no driver.
		const { openConnection } = await import("../../servers/faktory/connection.ts");
		const connection = await openConnection(configOf(handBack as HandBack), HAND_BACK_MS);
		const failure = { jid, errtype: "Killed", message: "handed back: the worker was killed", backtrace: [] };
		await connection.ask(["FAIL", JSON.stringify(failure)], HAND_BACK_MS);
	}, exit);
}
