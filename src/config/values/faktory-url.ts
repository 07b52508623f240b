import { isHostName } from "./checks.ts";
import { decoded } from "./percent.ts";
import { Wrong } from "./wrong.ts";

/** What a Faktory address says. */
export interface FaktoryUrl {
	readonly host: string;
	readonly port: number;
	readonly password: string | undefined;
	readonly tls: boolean;
}

export const FAKTORY_PORT = 7419;

const LEGAL = "expected tcp://[:PASSWORD@]HOST[:PORT] or tcp+tls://, the password percent-encoded";
const SHAPE = /^(tcp|tcp\+tls):\/\/(?:([^/?#@:]*)(?::([^/?#@]*))?@)?(?:\[([^\]]*)\]|([^/?#@:[\]]*))(?::(\d{1,6}))?\/?$/;

/** Takes `tcp://[:password@]host[:port]` or `tcp+tls://` apart, or says what is wrong. */
export function readFaktoryUrl(text: string): FaktoryUrl | Wrong {
	if (!/^tcp(?:\+tls)?:\/\//.test(text)) return new Wrong(`is not a Faktory address; ${LEGAL}`);
	const [, scheme, user, secret, bracketed, plain = "", given] = SHAPE.exec(text.trim()) ?? [];
	const host = bracketed ?? plain;
	if (scheme === undefined || !isHostName(host)) return new Wrong(`is not well formed; ${LEGAL}`);
	if (user !== undefined && user !== "" && secret === undefined) {
		// Faktory's own clients would log in without a password and be turned away.
		return new Wrong(`has a user and no password; ${LEGAL}`);
	}
	const port = given === undefined ? FAKTORY_PORT : Number(given);
	if (port < 1 || port > 65535) return new Wrong("has a port that is none; expected 1 to 65535");
	const password = decoded(secret ?? "");
	if (password === undefined) return new Wrong(`has a password that is not percent-encoded; ${LEGAL}`);
	return { host, port, password: password === "" ? undefined : password, tls: scheme === "tcp+tls" };
}
