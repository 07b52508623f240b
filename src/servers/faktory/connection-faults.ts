import { Fault, isFault, messageOf } from "../../base/fault.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { onlySpeaksTls, type TlsWords, tlsFaultOf } from "../tls/faults.ts";

type FaktoryPlace = Pick<FaktoryConfig, "host" | "port" | "tls">;

/** `host:port`, for messages. */
export function addressOf({ host, port }: Pick<FaktoryConfig, "host" | "port">): string {
	return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

const SECTION = "faktory-connection-info";

function words({ tls }: Pick<FaktoryConfig, "tls">): TlsWords {
	return {
		ca: `${SECTION}.tls-ca-file`,
		own: `${SECTION}.tls-cert-file and tls-key-file`,
		host: `${SECTION}.domain`,
		tls: tls === undefined ? `${SECTION}.tls: true (or FAKTORY_URL=tcp+tls://HOST)` : `${SECTION}.tls (or tcp+tls://)`,
		shown: tls?.cert !== undefined,
	};
}

const NAME_LOOKUP = /^(?:ENOTFOUND|EAI_\w+|ENODATA)$/;

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

/**
 * An error of a connection as a Fault: "config" for what a person has to set right in the TLS of either side, which
 * another attempt does not set right; "unreachable" for the rest, with the name where it could not be looked up.
 */
export function connectionFault(error: unknown, config: FaktoryPlace): Fault {
	if (isFault(error)) return error;
	const code = codeOf(error);
	const tls = tlsFaultOf(error, words(config));
	if (tls !== undefined) {
		return new Fault("config", `Faktory at ${addressOf(config)}: ${tls.text} (${code})`, { hint: tls.hint });
	}
	if (!NAME_LOOKUP.test(code)) return new Fault("unreachable", messageOf(error), { cause: error });
	return new Fault("unreachable", `the name ${config.host} could not be looked up (${code})`, {
		hint: `see that ${SECTION}.domain (or FAKTORY_URL) is spelled right and that this host's name server knows it`,
	});
}

/** For a server that is spoken to without TLS and speaks it. */
export function spokenToWithoutTls(config: FaktoryPlace): Fault {
	const { text, hint } = onlySpeaksTls(words(config));
	return new Fault("config", `Faktory at ${addressOf(config)}: ${text}`, { hint });
}
