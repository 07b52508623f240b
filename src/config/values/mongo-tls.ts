import { resolve } from "node:path";
import type { Secret } from "../../base/secret.ts";
import type { ReaderContext } from "../reader-context.ts";
import { describeValue } from "./describe-value.ts";
import { mongoOptionsOf } from "./mongo-uri.ts";
import type { MongoUriOptions } from "./mongo-uri-options.ts";
import { readSmallFile, utf8 } from "./small-file.ts";
import { isKeyOf, keyText, readCertificates, readPrivateKey, type TlsFiles } from "./tls-files.ts";
import { Wrong } from "./wrong.ts";

/** Lists of revoked certificates may be long. */
const MOST_BYTES = 16 * 2 ** 20;

/** What a TLS connection to MongoDB needs besides the address: the content of files, in PEM. */
export interface MongoTls extends TlsFiles {
	/** Certificates that their authority took back. */
	readonly revoked: string | undefined;
}

async function readRevocations(context: ReaderContext, path: string): Promise<string | Wrong> {
	const bytes = await readSmallFile(resolve(context.folder, path), MOST_BYTES);
	if (bytes instanceof Wrong) return new Wrong(`the file ${bytes.text}`);
	const pem = utf8(bytes);
	if (pem === undefined || !pem.includes("-----BEGIN X509 CRL-----")) {
		return new Wrong("the file holds no list of revoked certificates; expected PEM (-----BEGIN X509 CRL-----)");
	}
	const { createSecureContext } = await import("node:tls");
	try {
		createSecureContext({ crl: pem });
		return pem;
	} catch {
		return new Wrong("the list of revoked certificates is damaged; expected PEM (-----BEGIN X509 CRL-----)");
	}
}

async function readOwn(context: ReaderContext, path: string, passphrase: string | undefined): Promise<Own | Wrong> {
	const cert = await readCertificates(context, path);
	if (cert instanceof Wrong) return cert;
	const key = await readPrivateKey(context, path, passphrase);
	if (key instanceof Wrong) {
		const encrypted = passphrase === undefined && key.text.startsWith("the private key is encrypted");
		return encrypted
			? new Wrong("the private key is encrypted; expected tlsCertificateKeyFilePassword beside it")
			: key;
	}
	if (!(await isKeyOf(key, cert))) return new Wrong("the private key is not that of the first certificate in the file");
	return { cert, key: keyText(key) };
}

interface Own {
	readonly cert: string;
	readonly key: Secret;
}

/** True or false where the address says it. */
function saysTls({ honoured }: MongoUriOptions): boolean | undefined {
	const said = honoured.get("tls") ?? honoured.get("ssl");
	return said === undefined ? undefined : said === "true";
}

/**
 * The files that the options of an address name, and those of the section's keys beside them. `fault` reports what is
 * wrong with the address. Undefined where there are none.
 */
export async function readMongoTls(
	context: ReaderContext,
	uri: string,
	keys: TlsFiles | undefined,
	fault: (text: string) => void,
): Promise<MongoTls | undefined> {
	const options = mongoOptionsOf(uri);
	const { files } = options;
	const named = [...files.keys()].filter((name) => name !== "tlsCertificateKeyFilePassword");
	if (named.length === 0 && keys === undefined) return undefined;
	const tls = saysTls(options) ?? (uri.startsWith("mongodb+srv:") ? true : undefined);
	if (named.length > 0 && tls !== true) fault(`option ${named[0]} stands without TLS; expected tls=true beside it`);
	else if (tls === false) fault("says that there is no TLS, and the section names its files; expected tls=true");
	const both = [
		["tlsCAFile", "tls-ca-file", keys?.ca],
		["tlsCertificateKeyFile", "tls-cert-file", keys?.cert],
	] as const;
	for (const [option, key, value] of both) {
		if (files.has(option) && value !== undefined) fault(`option ${option} stands beside the key ${key}; expected one`);
	}
	async function take<T>(name: string, read: (path: string) => Promise<T | Wrong>): Promise<T | undefined> {
		const path = files.get(name);
		if (path === undefined) return undefined;
		const value = await read(path);
		if (!(value instanceof Wrong)) return value;
		fault(`option ${name}: ${value.text} (found ${describeValue(path)})`);
		return undefined;
	}
	const passphrase = files.get("tlsCertificateKeyFilePassword");
	const ca = await take("tlsCAFile", (path) => readCertificates(context, path));
	const own = await take("tlsCertificateKeyFile", (path) => readOwn(context, path, passphrase));
	const revoked = await take("tlsCRLFile", (path) => readRevocations(context, path));
	return { ca: ca ?? keys?.ca, cert: own?.cert ?? keys?.cert, key: own?.key ?? keys?.key, revoked };
}
