import { decoded } from "./percent.ts";
import { isHostName } from "./schemas.ts";
import { Wrong } from "./wrong.ts";

/** What a Faktory address says. */
export interface FaktoryUrl {
	readonly host: string;
	readonly port: number;
	readonly password: string | undefined;
	readonly tls: boolean;
}

export const FAKTORY_PORT = 7419;

const EXPECTED = "expected tcp://[:PASSWORD@]HOST[:PORT] or tcp+tls://, the password percent-encoded";

/** Takes `tcp://[:password@]host[:port]` or `tcp+tls://` apart, or says what is wrong. */
export function readFaktoryUrl(text: string): FaktoryUrl | Wrong {
	if (!/^tcp(?:\+tls)?:\/\//.test(text)) return new Wrong(`is not a Faktory address; ${EXPECTED}`);
	const whole = text.trim();
	const url = URL.parse(whole);
	// URL passes over white space, an empty query, and all "@" but the last; Faktory's own clients do not.
	const strict = !/[\s?#]|@.*@/.test(whole) && (url?.pathname === "" || url?.pathname === "/");
	const host = url?.hostname.replace(/^\[(.*)\]$/, "$1") ?? "";
	if (url === null || !strict || !isHostName(host)) return new Wrong(`is not well formed; ${EXPECTED}`);
	if (url.username !== "" && url.password === "") {
		// Faktory's own clients would log in without a password and be turned away.
		return new Wrong(`has a user and no password; ${EXPECTED}`);
	}
	if (url.port === "0") return new Wrong("has a port out of range; expected 1 to 65535");
	const password = decoded(url.password);
	if (password === undefined) return new Wrong(`has a password that is not percent-encoded; ${EXPECTED}`);
	return {
		host,
		port: url.port === "" ? FAKTORY_PORT : Number(url.port),
		password: password === "" ? undefined : password,
		tls: url.protocol === "tcp+tls:",
	};
}
