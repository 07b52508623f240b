/** A fault of a certificate, or of what one side asks of the other: another try brings the same. */
export interface TlsFault {
	readonly text: string;
	readonly hint: string;
}

const CA = "name the authority's certificate by tls-ca-file (db-connection-info), or tlsCAFile in the address";
const OWN = "name our certificate and key by tls-cert-file and tls-key-file, or tlsCertificateKeyFile in the address";
const RENEW = "it has to be renewed on the server";
const PLAIN = "the server does not speak TLS on this port: see the port, or take tls=true out";

/** What the TLS library's codes mean. https://www.openssl.org/docs/man3.0/man3/X509_STORE_CTX_get_error.html */
const BY_CODE: Readonly<Record<string, TlsFault>> = {
	CERT_HAS_EXPIRED: { text: "the server's certificate has expired", hint: `${RENEW}; see this host's clock too` },
	CERT_NOT_YET_VALID: { text: "the server's certificate is not valid yet", hint: "see the clocks of both hosts" },
	ERR_TLS_CERT_ALTNAME_INVALID: {
		text: "the server's certificate is for another name",
		hint: "connect by a name that the certificate has, or say the name by servername=NAME in the address",
	},
	DEPTH_ZERO_SELF_SIGNED_CERT: { text: "the server's certificate is signed by itself", hint: CA },
	SELF_SIGNED_CERT_IN_CHAIN: { text: "the server's certificate is from an authority that is not known", hint: CA },
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
		text: "the server's certificate is from an authority that is not known",
		hint: CA,
	},
	UNABLE_TO_GET_ISSUER_CERT: { text: "the server's certificate is from an authority that is not known", hint: CA },
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
		text: "the server's certificate is from an authority that is not known",
		hint: CA,
	},
	CERT_SIGNATURE_FAILURE: { text: "the signature of the server's certificate is wrong", hint: CA },
	CERT_UNTRUSTED: { text: "the server's certificate is not trusted", hint: CA },
	CERT_REVOKED: { text: "the server's certificate was revoked", hint: RENEW },
	UNABLE_TO_GET_CRL: {
		text: "the list of revoked certificates is not of the server's authority",
		hint: "see tlsCRLFile",
	},
	CRL_HAS_EXPIRED: { text: "the list of revoked certificates has expired", hint: "see tlsCRLFile" },
	INVALID_PURPOSE: { text: "the server's certificate is not made for servers", hint: RENEW },
	INVALID_CA: { text: "the server's certificate is from one that may not sign", hint: CA },
};

const ALERTS: readonly (readonly [RegExp, TlsFault])[] = [
	[
		/ALERT_(?:CERTIFICATE_REQUIRED|NO_CERTIFICATE)|ALERT_HANDSHAKE_FAILURE/,
		{ text: "the server asks for a certificate of ours", hint: OWN },
	],
	[
		/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(?:UNKNOWN|EXPIRED|REVOKED)|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/,
		{ text: "the server does not accept our certificate", hint: OWN },
	],
	[/ALERT_UNRECOGNI[SZ]ED_NAME/, { text: "the server has no certificate for this name", hint: "see servername" }],
	[/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/, { text: "its answer is not TLS", hint: PLAIN }],
	[
		/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|NO_SHARED_CIPHER/,
		{ text: "no version of TLS is common to both sides", hint: "the server has to offer TLS 1.2 or newer" },
	],
];

/** What is wrong with a TLS connection, by the code of an error or of one of its causes; undefined where nothing is. */
export function tlsFaultOf(error: unknown): TlsFault | undefined {
	for (let at = error; at instanceof Error; at = at.cause) {
		const code = "code" in at ? String(at.code) : "";
		if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
		const alert = ALERTS.find(
			([pattern]) => pattern.test(code) || (code.startsWith("ERR_SSL") && pattern.test(at.message)),
		);
		if (alert !== undefined) return alert[1];
	}
	return undefined;
}
