import { messageOf } from "../../base/fault.ts";

/** What is wrong between the two sides' TLS, and what a person has to set right: another try brings the same. */
export interface TlsFault {
	/** About the server: "its certificate has expired". */
	readonly text: string;
	readonly hint: string;
}

/** How a section's keys are called in hints. */
export interface TlsWords {
	/** What names the authority: `faktory-connection-info.tls-ca-file`. */
	readonly ca: string;
	/** What names our own certificate. */
	readonly own: string;
	/** What names the server's host. */
	readonly host: string;
	/** What asks for TLS. */
	readonly tls: string;
	/** True where a certificate of ours is shown. */
	readonly shown: boolean;
}

type Explained = (words: TlsWords) => TlsFault;

const unknownAuthority: Explained = ({ ca }) => ({
	text: "its certificate is signed by an authority that is not trusted here",
	hint: `set ${ca} to the file with the authority's certificate`,
});
const wanted: Explained = ({ own }) => ({ text: "it wants a certificate of this program", hint: `set ${own}` });
const refused: Explained = ({ own }) => ({
	text: "it does not accept the certificate that is shown to it",
	hint: `set ${own} to one that the server's authority has signed and that is valid today`,
});
/** Some servers answer a missing certificate by the alert for a bad one: ZooKeeper does. */
const wantedOrRefused: Explained = (words) => (words.shown ? refused(words) : wanted(words));
const noTls: Explained = ({ tls }) => ({
	text: "it does not speak TLS on this port",
	hint: `take ${tls} out, or give the port that TLS is spoken on`,
});
const nothingInCommon: Explained = () => ({
	text: "it has no version or cipher of TLS in common with this program",
	hint: "let the server speak TLS 1.2 or 1.3",
});
const revocations: Explained = () => ({
	text: "the list of revoked certificates has expired, or is not of its authority",
	hint: "renew the file that tlsCRLFile names",
});
const plain = (text: string, hint: string): Explained => {
	return () => ({ text, hint });
};

/** By the code of the runtime's error. https://www.openssl.org/docs/man3.0/man3/X509_STORE_CTX_get_error.html */
const BY_CODE: Readonly<Record<string, Explained>> = {
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
	UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
	SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
	DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
	CERT_UNTRUSTED: unknownAuthority,
	CERT_SIGNATURE_FAILURE: unknownAuthority,
	INVALID_CA: unknownAuthority,
	CERT_HAS_EXPIRED: plain(
		"its certificate has expired",
		"renew the server's certificate, and see that this host's clock is right",
	),
	CERT_NOT_YET_VALID: plain(
		"its certificate is not valid yet",
		"see that this host's clock is right, or wait until the certificate is valid",
	),
	CERT_REVOKED: plain("its certificate is revoked", "give the server another certificate"),
	INVALID_PURPOSE: plain(
		"its certificate is not one for a server",
		"give the server a certificate for server authentication",
	),
	UNABLE_TO_GET_CRL: revocations,
	CRL_HAS_EXPIRED: revocations,
};

/** By the alert that the other side has sent, or what the bytes are that are no TLS; names differ between runtimes. */
const BY_ALERT: readonly (readonly [RegExp, Explained])[] = [
	[/ALERT_(?:CERTIFICATE_REQUIRED|NO_CERTIFICATE)/, wanted],
	[/ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN/, wantedOrRefused],
	[/ALERT_(?:UNKNOWN_CA|CERTIFICATE_(?:EXPIRED|REVOKED)|UNSUPPORTED_CERTIFICATE|DECRYPT_ERROR|ACCESS_DENIED)/, refused],
	// How servers with TLS 1.2 say that a certificate is missing.
	[
		/ALERT_HANDSHAKE_FAILURE/,
		({ own }) => ({
			text: "it refuses the handshake of TLS",
			hint: `set ${own} where it wants a certificate; else let it speak TLS 1.2 or 1.3`,
		}),
	],
	[
		/ALERT_UNRECOGNI[SZ]ED_NAME/,
		({ host }) => ({ text: "it has no certificate for this name", hint: `set ${host} to a name that it has` }),
	],
	[/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/, noTls],
	[/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|NO_SHARED_CIPHER/, nothingInCommon],
];

/** Its names, as the runtime lists them behind what it looked for. */
function wrongName(error: Error, { host }: TlsWords): TlsFault {
	const reason = "reason" in error ? String(error.reason).trim() : messageOf(error);
	return {
		text: `its certificate is for another host: ${reason.replace(/:$/, ", which names none")}`,
		hint: `set ${host} to a name that the certificate has`,
	};
}

/** What is wrong with a TLS connection, by the code of an error or of one of its causes; undefined where nothing is. */
export function tlsFaultOf(error: unknown, words: TlsWords): TlsFault | undefined {
	for (let at = error; at instanceof Error; at = at.cause) {
		const code = "code" in at ? String(at.code) : "";
		if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return wrongName(at, words);
		const { message } = at;
		const explain = Object.hasOwn(BY_CODE, code)
			? BY_CODE[code]
			: BY_ALERT.find(([alert]) => code.startsWith("ERR_SSL") && (alert.test(code) || alert.test(message)))?.[1];
		if (explain !== undefined) return explain(words);
	}
	return undefined;
}

/** For a server that is spoken to by TLS and answers without. */
export const speaksPlainly = (words: TlsWords): TlsFault => noTls(words);

/** For a server that is spoken to without TLS and speaks it. */
export function onlySpeaksTls({ tls }: TlsWords): TlsFault {
	return {
		text: "it speaks TLS on this port, and this program does not",
		hint: `set ${tls}, or give the port without TLS`,
	};
}
