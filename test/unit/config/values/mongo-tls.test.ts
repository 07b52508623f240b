import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { loadConfig } from "../../../../src/config/load.ts";
import { mongoOptionsOf } from "../../../../src/config/values/mongo-uri.ts";
import { faultOf, keptLog } from "../../../support/config-folder.ts";
import { Certificates } from "../../../support/mongo-tls.ts";

let certificates: Certificates;
beforeAll(async () => {
	certificates = await Certificates.create();
});
afterAll(async () => await certificates[Symbol.asyncDispose]());

/** Loads a file of that section, which stands in the folder of the certificates. */
async function load(section: string) {
	const file = join(certificates.folder, "tangles.yaml");
	await Bun.write(file, `db-connection-info: { ${section} }\n`);
	return await loadConfig({ file, env: {}, cwd: "/", needs: [], log: keptLog() });
}

const own = "tls-cert-file: good.pem, tls-key-file: good.key";

test.each([
	["domain: m, tls-ca-file: nope.pem", 'tls-ca-file: the file does not exist (found "nope.pem")'],
	["domain: m, tls-ca-file: good.key", "tls-ca-file: the file holds no certificate; expected PEM"],
	["domain: m, tls-ca-file: .", 'tls-ca-file: the file is a folder; expected a file (found ".")'],
	["domain: m, tls-cert-file: good.pem", "tls-cert-file: has no tls-key-file beside it; expected both or neither"],
	["domain: m, tls-key-file: good.key", "tls-key-file: has no tls-cert-file beside it; expected both or neither"],
	["domain: m, tls-cert-file: good.pem, tls-key-file: good.pem", "tls-key-file: the file holds no private key"],
	["domain: m, tls-cert-file: good.pem, tls-key-file: locked.key", "tls-key-file: the private key is encrypted"],
	["domain: m, tls-cert-file: good.pem, tls-key-file: self.key", "is not the key of the certificate in tls-cert-file"],
	["domain: m, tls: false, tls-ca-file: ca.pem", "tls: is false, and files for TLS are named"],
	["domain: m, tls: yes-please", "tls: is not a truth value"],
	[
		'uri: "mongodb://m/?tls=false", tls-ca-file: ca.pem',
		"uri: says that there is no TLS, and the section names its files",
	],
	['uri: "mongodb://m/?tls=true&tlsCAFile=ca.pem", tls-ca-file: ca.pem', "tlsCAFile stands beside the key tls-ca-file"],
	[
		`uri: "mongodb://m/?tls=true&tlsCertificateKeyFile=both.pem", ${own}`,
		"tlsCertificateKeyFile stands beside the key tls-cert-file",
	],
] as const)("%s: a fault", async (section, words) => {
	expect(await faultOf(load(section))).toContain(words);
});

test("files turn TLS on; the key's content is a secret", async () => {
	const config = await load(`domain: m, tls-ca-file: ca.pem, ${own}`);
	expect(mongoOptionsOf(config.mongo?.uri.reveal() ?? "").honoured.get("tls")).toBe("true");
	expect(config.mongo?.tls?.ca).toStartWith("-----BEGIN CERTIFICATE-----");
	expect(JSON.stringify(config.mongo)).not.toContain("PRIVATE KEY");
});

test("a byte order mark before PEM is no part of it", async () => {
	const files = ["ca.pem", "good.pem", "good.key"];
	for (const file of files) {
		const path = join(certificates.folder, file);
		await Bun.write(join(certificates.folder, `marked-${file}`), `\ufeff${await Bun.file(path).text()}`);
	}
	const names = files.map((file) => `marked-${file}`);
	const marked = await load(
		`domain: m, tls-ca-file: ${names[0]}, tls-cert-file: ${names[1]}, tls-key-file: ${names[2]}`,
	);
	expect(marked.mongo?.tls?.ca).toBe((await load("domain: m, tls-ca-file: ca.pem")).mongo?.tls?.ca ?? "");
	expect(marked.mongo?.tls?.key).toBeDefined();
});

test("the files of an address come to the same; its own certificate and key stand in one file", async () => {
	const config = await load('uri: "mongodb://m/?tls=true&tlsCAFile=ca.pem&tlsCertificateKeyFile=both.pem"');
	const keys = await load(`domain: m, tls-ca-file: ca.pem, ${own}`);
	const { ca, cert, key } = config.mongo?.tls ?? {};
	expect([ca, cert, key?.reveal()]).toEqual([
		keys.mongo?.tls?.ca,
		keys.mongo?.tls?.cert,
		keys.mongo?.tls?.key?.reveal(),
	]);
});

test("without any: no TLS", async () => {
	const { mongo } = await load("domain: m");
	expect(mongo?.tls).toBeUndefined();
	expect(mongo?.uri.reveal()).toBe("mongodb://m:27017/");
});
