import { nearest } from "../base/nearest.ts";

/** Beginnings of words in keys that say how a server is spoken to, and by whom. */
const WORDS = [
	...["tls", "ssl", "sasl", "auth", "pass", "acl", "cert", "ca-", "x509", "login", "secur", "insecure", "encrypt"],
	...["digest", "kerberos", "secret", "credential", "truststore", "keystore", "private", "verify", "username"],
];
/** Keys of the sections that are about safety: what resembles them was meant for one of them. */
const KEYS = [
	...["tls", "ssl", "auth", "tls-ca-file", "tls-cert-file", "tls-key-file", "auth-file", "password", "password-file"],
	...["user", "sasl", "acl"],
];

/**
 * True where a key that nothing reads is about safety: a warning would let a login go out readably, or a server be
 * spoken to by nobody's name. Capitals, and what stands between words, do not count.
 */
export function isAboutSafety(key: string): boolean {
	const parts = key
		.replaceAll(/([a-z])([A-Z])/g, "$1-$2")
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, "-");
	const hasWord = WORDS.some((word) => parts.startsWith(word) || parts.includes(`-${word}`));
	return hasWord || nearest(parts, KEYS, { share: 4 }) !== undefined;
}

/** The fault of such a key; `meant` is the one that it resembles. */
export function unknownSafetyKey(meant: string | undefined): string {
	const expected = meant === undefined ? "one of this section's keys, or no such key" : meant;
	return `is unknown, and a key about safety must not be ignored; expected ${expected}`;
}
