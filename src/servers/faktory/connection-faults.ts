import { connect } from "node:tls";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import type { FaktoryConfig } from "../../config/config.ts";

/** `host:port`, for messages. */
export function addressOf({ host, port }: Pick<FaktoryConfig, "host" | "port">): string {
	return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

type Explained = readonly [says: string, hint: string];

const SECTION = "faktory-connection-info";
const AUTHORITY: Explained = [
	"its certificate is signed by an authority that is not trusted here",
	`set ${SECTION}.tls-ca-file to the file with the authority's certificate`,
];
const OWN_CERTIFICATE: Explained = [
	"it does not accept the certificate that is shown to it",
	`set ${SECTION}.tls-cert-file and tls-key-file to one that the server's authority has signed and that is valid today`,
];
const NO_TLS: Explained = [
	"it does not speak TLS on this port",
	`take ${SECTION}.tls (or tcp+tls://) out, or give the port that TLS is spoken on`,
];
const NO_COMMON_PROTOCOL: Explained = [
	"it has no version or cipher of TLS in common with this program",
	"let the server speak TLS 1.2 or 1.3",
];

/** What a person wrote, here or on the server, by the code of the runtime's error. */
const TLS_FAULTS: Readonly<Record<string, Explained>> = {
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
	UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
	SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
	DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
	CERT_UNTRUSTED: AUTHORITY,
	CERT_SIGNATURE_FAILURE: AUTHORITY,
	INVALID_CA: AUTHORITY,
	CERT_HAS_EXPIRED: [
		"its certificate has expired",
		"renew the server's certificate, and see that this host's clock is right",
	],
	CERT_NOT_YET_VALID: [
		"its certificate is not valid yet",
		"see that this host's clock is right, or wait until the certificate is valid",
	],
	CERT_REVOKED: ["its certificate is revoked", "give the server another certificate"],
	INVALID_PURPOSE: [
		"its certificate is not one for a server",
		"give the server a certificate for server authentication",
	],
	ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
	ERR_SSL_HTTP_REQUEST: NO_TLS,
	ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED: [
		"it wants a certificate of this program",
		`set ${SECTION}.tls-cert-file and tls-key-file`,
	],
	ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: OWN_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: OWN_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: OWN_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: OWN_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: OWN_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: OWN_CERTIFICATE,
	ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: OWN_CERTIFICATE,
	ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: OWN_CERTIFICATE,
	// How servers with TLS 1.2 say that a certificate is missing.
	ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: [
		"it refuses the handshake of TLS",
		`set ${SECTION}.tls-cert-file and tls-key-file where it wants a certificate; else let it speak TLS 1.2 or 1.3`,
	],
	ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_COMMON_PROTOCOL,
	ERR_SSL_UNSUPPORTED_PROTOCOL: NO_COMMON_PROTOCOL,
	ERR_SSL_NO_SHARED_CIPHER: NO_COMMON_PROTOCOL,
};

const NAME_LOOKUP = /^(?:ENOTFOUND|EAI_\w+|ENODATA)$/;

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

function explained(error: unknown): Explained | undefined {
	const code = codeOf(error);
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
		const reason = error instanceof Error && "reason" in error ? String(error.reason).trim() : messageOf(error);
		return [
			`its certificate is for another host: ${reason.replace(/:$/, ", which names none")}`,
			`set ${SECTION}.domain to a name that the certificate has`,
		];
	}
	return Object.hasOwn(TLS_FAULTS, code) ? TLS_FAULTS[code] : undefined;
}

/**
 * An error of a connection as a Fault: "config" for what a person has to set right in the TLS of either side, which
 * trying again does not hint; "unreachable" for the rest, with the name where it could not be looked up.
 */
export function connectionFault(error: unknown, config: Pick<FaktoryConfig, "host" | "port">): Fault {
	if (isFault(error)) return error;
	const code = codeOf(error);
	const tls = explained(error);
	if (tls !== undefined) {
		return new Fault("config", `Faktory at ${addressOf(config)}: ${tls[0]} (${code})`, { hint: tls[1] });
	}
	if (!NAME_LOOKUP.test(code)) return new Fault("unreachable", messageOf(error), { cause: error });
	return new Fault("unreachable", `the name ${config.host} could not be looked up (${code})`, {
		hint: `see that ${SECTION}.domain (or FAKTORY_URL) is spelled right and that this host's name server knows it`,
	});
}

/** For a server that is spoken to without TLS and speaks it. */
export function onlySpeaksTls(config: Pick<FaktoryConfig, "host" | "port">): Fault {
	return new Fault("config", `Faktory at ${addressOf(config)}: it speaks TLS on this port, and is spoken to without`, {
		hint: `set ${SECTION}.tls: true (or FAKTORY_URL=tcp+tls://HOST), or give the port without TLS`,
	});
}

/** True where the server answers a TLS handshake within `ms`, whatever its certificate. */
export async function speaksTls({ host, port }: Pick<FaktoryConfig, "host" | "port">, ms: number): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	// Nothing is sent on it and nothing is believed, so that it may be anybody's certificate.
	const socket = connect({ host, port, rejectUnauthorized: false });
	const timer = setTimeout(() => resolve(false), ms);
	socket.once("secureConnect", () => resolve(true));
	socket.on("error", () => resolve(false));
	socket.once("close", () => resolve(false));
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
		socket.destroy();
	}
}
