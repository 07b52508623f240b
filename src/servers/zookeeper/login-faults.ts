import { Fault } from "../../base/fault.ts";

const SECTION = "zookeeper-connection-info";

/** What a session logs in with. */
export interface Login {
	readonly digest: boolean;
	/** A client certificate, which the server takes by the scheme x509. */
	readonly certificate: boolean;
}

/** The server refuses what was sent as a login. */
export function loginRefused(address: string): Fault {
	return new Fault("refused", `ZooKeeper ${address} refuses the login`, {
		hint: `check ${SECTION}.auth-file (user:password), and that the server has the scheme digest`,
	});
}

/**
 * The server serves nobody without a login by a scheme of its own choice (`enforce.auth.schemes`, or
 * `sessionRequireClientSASLAuth`), and ours was none of these: code -124.
 */
export function otherLoginDemanded(address: string, { digest, certificate }: Login): Fault {
	const sent = [...(digest ? ["digest"] : []), ...(certificate ? ["x509"] : [])];
	const ours = sent.length === 0 ? "none was given" : `${sent.join(" and ")} did not suffice`;
	return new Fault("refused", `ZooKeeper ${address} demands a login: ${ours}`, {
		hint:
			`SASL is not supported: let the server's enforce.auth.schemes have digest (${SECTION}.auth-file) or ` +
			"x509 (tls-cert-file and tls-key-file), and its sessionRequireClientSASLAuth be false",
	});
}
