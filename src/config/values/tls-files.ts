import type { KeyObject } from "node:crypto";
import { resolve } from "node:path";
import { Secret } from "../../base/secret.ts";
import type { ReaderContext } from "../reader-context.ts";
import type { Section } from "../sections/section.ts";
import { describeValue } from "./describe-value.ts";
import { truth } from "./schemas.ts";
import { filePath } from "./secret-file.ts";
import { readSmallFile, utf8 } from "./small-file.ts";
import { Wrong } from "./wrong.ts";

/** Loaded where a file is named: it costs the start of a run without TLS a millisecond. */
const loadCrypto = async () => await import("node:crypto");

/** A bundle of all public authorities is about 250 kB. */
const MOST_BYTES = 2 ** 20;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The content of the files that a TLS connection needs, in PEM. */
export interface TlsFiles {
	/** Authorities that are trusted in place of the public ones. */
	readonly ca: string | undefined;
	/** The certificate that is shown to the server, with its chain; it comes with its key. */
	readonly cert: string | undefined;
	readonly key: Secret | undefined;
}

/** The keys, the same in every section that names a server. */
export const TLS_FILE_KEYS = { "tls-ca-file": filePath, "tls-cert-file": filePath, "tls-key-file": filePath };

/** The same, with the key that asks for TLS. */
export const TLS_KEYS = { tls: truth, ...TLS_FILE_KEYS };

type WithTlsFiles = Section<typeof TLS_FILE_KEYS>;

/** The public authorities, and no certificate to show. */
export const NO_FILES: TlsFiles = { ca: undefined, cert: undefined, key: undefined };

async function readPem(context: ReaderContext, path: string): Promise<string | Wrong> {
	const bytes = await readSmallFile(resolve(context.folder, path), MOST_BYTES);
	if (bytes instanceof Wrong) return new Wrong(`the file ${bytes.text}`);
	const pem = utf8(bytes);
	return pem ?? new Wrong("the file is not text; expected PEM (it begins with -----BEGIN)");
}

/** The certificates of a PEM file, or what is wrong with it. `path` is relative to the config file's folder. */
export async function readCertificates(context: ReaderContext, path: string): Promise<string | Wrong> {
	const pem = await readPem(context, path);
	if (pem instanceof Wrong) return pem;
	const blocks = pem.match(CERTIFICATE) ?? [];
	if (blocks.length === 0)
		return new Wrong("the file holds no certificate; expected PEM (-----BEGIN CERTIFICATE-----)");
	for (const [index, block] of blocks.entries()) {
		if (!(await isCertificate(block)))
			return new Wrong(`certificate ${index + 1} of the file is damaged; expected X.509 in PEM`);
	}
	return blocks.join("\n");
}

async function isCertificate(pem: string): Promise<boolean> {
	const { X509Certificate } = await loadCrypto();
	try {
		return new X509Certificate(pem).subject !== undefined;
	} catch {
		// The parser's own words name its source files, not the fault.
		return false;
	}
}

/** A private key in PEM, decrypted by `passphrase` where it is encrypted, or what is wrong with its file. */
export async function readPrivateKey(
	context: ReaderContext,
	path: string,
	passphrase?: string,
): Promise<KeyObject | Wrong> {
	const pem = await readPem(context, path);
	if (pem instanceof Wrong) return pem;
	if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
		return new Wrong("the file holds no private key; expected PEM (-----BEGIN PRIVATE KEY-----)");
	}
	const encrypted = /-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem);
	if (encrypted && passphrase === undefined) {
		return new Wrong(
			"the private key is encrypted; expected a key without a passphrase (openssl pkey -in OLD -out NEW)",
		);
	}
	const { createPrivateKey } = await loadCrypto();
	try {
		return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
	} catch {
		// The parser's own words may quote the file.
		return new Wrong(
			encrypted
				? "the private key does not open with this passphrase"
				: "the private key is damaged; expected PKCS#8, PKCS#1 or SEC1 in PEM",
		);
	}
}

/** True where the key is that of the first certificate. */
export async function isKeyOf(key: KeyObject, certificates: string): Promise<boolean> {
	const { X509Certificate } = await loadCrypto();
	return new X509Certificate(certificates).checkPrivateKey(key);
}

/** A checked key, as the TLS library takes it. */
export const keyText = (key: KeyObject): Secret => new Secret(String(key.export({ type: "pkcs8", format: "pem" })));

/**
 * The files that a section's `tls-ca-file`, `tls-cert-file` and `tls-key-file` name, relative to the config file's
 * folder; undefined where it has none of these keys. A file that cannot be used, a certificate without its key and a
 * key of another certificate are faults of the section.
 */
export async function readTlsFiles(context: ReaderContext, section: WithTlsFiles): Promise<TlsFiles | undefined> {
	const paths = {
		ca: section.get("tls-ca-file"),
		cert: section.get("tls-cert-file"),
		key: section.get("tls-key-file"),
	};
	const [one, other] = ["tls-cert-file", "tls-key-file"] as const;
	for (const [here, beside] of [
		[one, other],
		[other, one],
	] as const) {
		if (section.has(here) && !section.has(beside)) {
			section.fault([here], `has no ${beside} beside it; expected both or neither`);
		}
	}
	async function take<T>(key: keyof typeof TLS_FILE_KEYS, path: string | undefined, read: Read<T>) {
		if (path === undefined) return undefined;
		const value = await read(context, path);
		if (!(value instanceof Wrong)) return value;
		section.fault([key], `${value.text} (found ${describeValue(path)})`);
		return undefined;
	}
	const ca = await take("tls-ca-file", paths.ca, readCertificates);
	const cert = await take("tls-cert-file", paths.cert, readCertificates);
	const key = await take("tls-key-file", paths.key, readPrivateKey);
	if (cert !== undefined && key !== undefined && !(await isKeyOf(key, cert))) {
		section.fault(
			["tls-key-file"],
			`is not the key of the certificate in tls-cert-file (found ${describeValue(paths.key)})`,
		);
	}
	const named = Object.values(paths).some((path) => path !== undefined);
	return named ? { ca, cert, key: key === undefined ? undefined : keyText(key) } : undefined;
}

/**
 * What a section says of TLS: its files, which turn TLS on, and `tls`; undefined for a connection without. Files beside
 * `tls: false` are a fault.
 */
export async function readTls(
	context: ReaderContext,
	section: Section<typeof TLS_KEYS>,
): Promise<TlsFiles | undefined> {
	const files = await readTlsFiles(context, section);
	const tls = section.or("tls", files !== undefined);
	if (files !== undefined && section.has("tls") && !tls) {
		section.fault(["tls"], "is false beside certificate files; expected true, or no tls-ca-file and the like");
	}
	return tls ? (files ?? NO_FILES) : undefined;
}

type Read<T> = (context: ReaderContext, path: string) => Promise<T | Wrong>;
