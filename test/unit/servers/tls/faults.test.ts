import { describe, expect, test } from "bun:test";
import { type TlsWords, tlsFaultOf } from "../../../../src/servers/tls/faults.ts";

const words: TlsWords = { ca: "CA", own: "OWN", host: "HOST", tls: "TLS", shown: false };
const shown: TlsWords = { ...words, shown: true };

const failure = (code: string, message = "x") => Object.assign(new Error(message), { code });

const ROWS: readonly (readonly [code: string, words: TlsWords, says: string, hint: string])[] = [
	["DEPTH_ZERO_SELF_SIGNED_CERT", words, "an authority that is not trusted here", "set CA to"],
	["INVALID_CA", words, "an authority that is not trusted here", "set CA to"],
	["CERT_NOT_YET_VALID", words, "is not valid yet", "clock"],
	["CERT_REVOKED", words, "is revoked", "another certificate"],
	["CRL_HAS_EXPIRED", words, "list of revoked certificates", "tlsCRLFile"],
	["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", words, "wants a certificate", "set OWN"],
	["ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED", shown, "wants a certificate", "set OWN"],
	["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", words, "wants a certificate", "set OWN"],
	["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", shown, "does not accept the certificate", "set OWN to one"],
	["ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN", shown, "does not accept the certificate", "set OWN to one"],
	["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", words, "does not accept the certificate", "set OWN to one"],
	["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", words, "does not accept the certificate", "valid today"],
	["ERR_SSL_TLSV1_ALERT_ACCESS_DENIED", words, "does not accept the certificate", "set OWN to one"],
	["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", words, "refuses the handshake", "set OWN where"],
	["ERR_SSL_TLSV1_UNRECOGNIZED_NAME", words, "", ""],
	["ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME", words, "no certificate for this name", "set HOST"],
	["ERR_SSL_WRONG_VERSION_NUMBER", words, "does not speak TLS", "take TLS out"],
	["ERR_SSL_HTTP_REQUEST", words, "does not speak TLS", "take TLS out"],
	["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", words, "no version or cipher", "TLS 1.2 or 1.3"],
	["ERR_SSL_NO_SHARED_CIPHER", words, "no version or cipher", "TLS 1.2 or 1.3"],
	["ECONNREFUSED", words, "", ""],
	["toString", words, "", ""],
];

describe("tlsFaultOf()", () => {
	for (const [code, by, says, hint] of ROWS) {
		test(`${code}, ${by.shown ? "with" : "without"} a certificate of ours`, () => {
			const fault = tlsFaultOf(failure(code), by);
			if (says === "") return expect(fault).toBeUndefined();
			expect(fault).toEqual({ text: expect.stringContaining(says), hint: expect.stringContaining(hint) });
		});
	}

	test("by a cause, and by the alert in the message alone", () => {
		const cause = new Error("closed", { cause: failure("CERT_HAS_EXPIRED") });
		expect(tlsFaultOf(cause, words)?.text).toBe("its certificate has expired");
		const alert = failure("ERR_SSL", "error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE");
		expect(tlsFaultOf(alert, words)?.text).toBe("it refuses the handshake of TLS");
		expect(tlsFaultOf(failure("E", "ALERT_HANDSHAKE_FAILURE"), words)).toBeUndefined();
		expect(tlsFaultOf("text", words)).toBeUndefined();
	});

	test("another host's certificate: its names, or that it has none", () => {
		const wrong = Object.assign(failure("ERR_TLS_CERT_ALTNAME_INVALID"), { reason: "Host: a. is not in the list: " });
		expect(tlsFaultOf(wrong, words)).toEqual({
			text: "its certificate is for another host: Host: a. is not in the list, which names none",
			hint: "set HOST to a name that the certificate has",
		});
	});
});
