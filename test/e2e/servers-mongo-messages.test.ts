import { afterAll, beforeAll, expect, test } from "bun:test";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Certificates } from "../support/mongo-tls.ts";
import { shared, type Variables } from "../support/servers.ts";
import { type Ended, Run, tangles } from "../support/tangles.ts";
import { TlsProxy } from "../support/tls-proxy.ts";

/** The login that no output may hold. */
const LOGIN = "surveyor:opensesame";

let certificates: Certificates;
beforeAll(async () => {
	certificates = await Certificates.create();
	await writeFile(join(certificates.folder, "tangles.yaml"), "producer: { patience: 30s }\n");
	await writeFile(join(certificates.folder, "empty.pem"), "");
	await writeFile(
		join(certificates.folder, "damaged.pem"),
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	);
});
afterAll(async () => await certificates[Symbol.asyncDispose]());

async function listed(uri: string, more: Variables = {}): Promise<Ended> {
	const file = join(certificates.folder, "tangles.yaml");
	const run = new Run(["batches", "ls"], { TANGLES_CONFIG: file, TANGLES_MONGO_URI: uri, ...more }, "/");
	const ended = await run.ended();
	expect(ended.out + ended.err).not.toContain("opensesame");
	expect(ended.err).not.toMatch(/unforeseen|report|Warning|node_modules|Topology is closed/);
	return ended;
}

const plain = (options: string, login = true) =>
	`${shared
		.mongo()
		.split("/?")[0]
		?.replace("//", login ? `//${LOGIN}@` : "//")}/?${options}`;

test.each([
	["readPreference=foo", "option readPreference=foo is not known; expected primary, primaryPreferred, secondary"],
	["readConcernLevel=strong", "option readConcernLevel=strong is not known; expected local"],
	["authMechanism=GSSAPI", "option authMechanism=GSSAPI is not possible: Kerberos: it needs a module"],
	["authMechanism=MONGODB-AWS", "option authMechanism=MONGODB-AWS is not possible: AWS credentials"],
	["authMechanism=MONGODB-OIDC", "option authMechanism=MONGODB-OIDC is not possible: OpenID Connect"],
	["authMechanism=MAGIC", "option authMechanism=MAGIC is not known; expected DEFAULT, SCRAM-SHA-1"],
	["compressors=snappy", "option compressors=snappy is not possible: it needs a module that tangles does not have"],
	["compressors=zlib,lz4", "option compressors=zlib,lz4 is not known; expected none, zlib or zstd"],
	["proxyHost=socks", "option proxyHost is not possible: a connection through a SOCKS proxy needs a module"],
	["serverApi=1", "option serverApi is not possible"],
	["autoEncryption=x", "option autoEncryption is not possible"],
	["rejectUnauthorized=false", "option rejectUnauthorized is not possible: an option of the runtime"],
	["maxPoolSize=many", "option maxPoolSize=many is not in range; expected a whole number from 0"],
	["readPrefrence=primary", "option readPrefrence is unknown; did you mean readPreference?"],
	["w=1&w=2", "option w stands twice; expected it once"],
	["retryWrites=", "option retryWrites has no value; expected ?name=value"],
	["maxStalenessSeconds=120", "readPreferenceTags and maxStalenessSeconds stand without a readPreference"],
	["tls=true&tlsCAFile=/nope.pem", 'option tlsCAFile: the file does not exist (found "/nope.pem")'],
	["tls=true&tlsCAFile=nope.pem", 'option tlsCAFile: the file does not exist (found "nope.pem")'],
	["tls=true&tlsCAFile=.", 'option tlsCAFile: the file is a folder; expected a file (found ".")'],
	["tls=true&tlsCAFile=empty.pem", "option tlsCAFile: the file holds no certificate; expected PEM"],
	["tls=true&tlsCAFile=damaged.pem", "option tlsCAFile: certificate 1 of the file is damaged"],
	["tls=true&tlsCRLFile=ca.pem", "option tlsCRLFile: the file holds no list of revoked certificates"],
	["tls=true&tlsCertificateKeyFile=good.pem", "option tlsCertificateKeyFile: the file holds no private key"],
	[
		"tls=true&tlsCertificateKeyFile=locked.pem",
		"option tlsCertificateKeyFile: the private key is encrypted; expected tlsCertificateKeyFilePassword",
	],
	[
		"tls=true&tlsCertificateKeyFile=locked.pem&tlsCertificateKeyFilePassword=wrong",
		"option tlsCertificateKeyFile: the private key does not open with this passphrase",
	],
	["tlsCAFile=ca.pem", "option tlsCAFile stands without TLS; expected tls=true beside it"],
] as const)("%s: 78, in words, nothing is asked", async (options, words) => {
	const { code, out, err } = await listed(plain(options));
	expect({ code, out }).toEqual({ code: 78, out: "" });
	expect(err).toContain(`environment TANGLES_MONGO_URI: ${words}`);
});

test.each([
	["tls=true&ssl=false", "All values of tls/ssl must be the same"],
	["loadBalanced=true&replicaSet=x", "replicaSet"],
	["tls=true&tlsInsecure=true&tlsAllowInvalidCertificates=true", "tlsInsecure"],
	["srvMaxHosts=2", "srvMaxHosts"],
] as const)("%s: options that do not fit each other are 78, with the driver's words", async (options, words) => {
	const { code, err } = await listed(plain(options));
	expect(code).toBe(78);
	expect(err).toContain(words);
	expect(err).toContain("see the address in db-connection-info or TANGLES_MONGO_URI");
});

test.each([
	["mongodb+srv://surveyor:opensesame@cluster0.invalid/", "DNS", "_mongodb._tcp.cluster0.invalid"],
	["mongodb://surveyor:opensesame@mongo.invalid/", "DNS", "mongo.invalid"],
] as const)("%s: 69, with the name that was looked up", async (uri, what, name) => {
	const { code, err } = await listed(uri, { TANGLES_CONFIG: await patience("1s") });
	expect(code).toBe(69);
	expect(err).toContain(name);
	expect(err).toMatch(new RegExp(`${what} (does not know|gave no answer for)`));
});

/** A config file with that patience. */
async function patience(time: string): Promise<string> {
	const file = join(certificates.folder, `patience-${time}.yaml`);
	await writeFile(file, `producer: { patience: ${time} }\n`);
	return file;
}

test.each([
	["good", "tls=true", "is signed by an authority that is not trusted here", "tls-ca-file"],
	["good", "tls=true&tlsCAFile=other.pem", "is signed by an authority that is not trusted here", "tls-ca-file"],
	["wrong", "tls=true&tlsCAFile=ca.pem", "is for another host", "servername"],
	["expired", "tls=true&tlsCAFile=ca.pem", "has expired", "renew"],
	["self", "tls=true&tlsCAFile=ca.pem", "is signed by an authority that is not trusted here", "tls-ca-file"],
	["good", "tls=true&tlsCAFile=ca.pem&tlsCRLFile=revoked.crl", "is revoked", "give the server another"],
] as const)("the certificate %s, with %s: 78 at once", async (name, options, words, hint) => {
	await using front = await TlsProxy.start(shared.mongo(), await certificates.serverOptions(name));
	const { code, err } = await listed(`mongodb://${LOGIN}@${front.address}/?directConnection=true&${options}`);
	expect(code).toBe(78);
	expect(err).toContain(`TLS with ${front.address}: its certificate ${words}`);
	expect(err).toContain(hint);
	expect(front.attempts).toBeLessThan(5);
});

test.each([
	["tls=true&tlsCAFile=ca.pem", 0],
	["tls=true&tlsCAFile=ca.pem&tlsCertificateKeyFile=both.pem", 0],
	["tls=true&tlsCAFile=ca.pem&tlsCertificateKeyFile=locked.pem&tlsCertificateKeyFilePassword=opensesame", 0],
	["tls=true&tlsAllowInvalidCertificates=true", 0],
] as const)("a server that can be trusted, with %s: it is used", async (options, code) => {
	await using front = await TlsProxy.start(shared.mongo(), await certificates.serverOptions("good"));
	expect(await listed(`mongodb://${front.address}/?directConnection=true&${options}`)).toMatchObject({ code, err: "" });
});

test("a server that asks for our certificate: 78 without, 0 with it, by the keys of the section too", async () => {
	// FerretDB is no replica set that names its own addresses.
	await using front = await TlsProxy.start(shared.ferretdb(), await certificates.serverOptions("good", true));
	const without = await listed(`mongodb://${front.address}/?directConnection=true&tls=true&tlsCAFile=ca.pem`);
	expect(without).toMatchObject({ code: 78, err: expect.stringContaining("it wants a certificate of this program") });
	const [domain, port] = front.address.split(":");
	const files = "tls-ca-file: ca.pem, tls-cert-file: good.pem, tls-key-file: good.key";
	const file = join(certificates.folder, "keys.yaml");
	await writeFile(file, `db-connection-info: { domain: ${domain}, port: ${port}, ${files} }\n`);
	expect(await tangles(["batches", "ls", "-c", file])).toMatchObject({ code: 0, err: "" });
	await writeFile(file, `db-connection-info: { uri: "mongodb://${front.address}/?directConnection=true", ${files} }\n`);
	expect(await tangles(["batches", "ls", "-c", file])).toMatchObject({ code: 0, err: "" });
	await writeFile(
		file,
		`db-connection-info: { domain: ${domain}, port: ${port}, ${files.replace("good.key", "self.key")} }\n`,
	);
	const other = await tangles(["batches", "ls", "-c", file]);
	expect(other.code).toBe(78);
	expect(other.err).toContain(
		"keys.yaml:1: db-connection-info.tls-key-file: is not the key of the certificate in tls-cert-file",
	);
	await rm(file);
});

test("replicaSet=x on a server by itself: 78 at once, the set's name is said", async () => {
	const { code, err } = await listed(`mongodb://${new URL(shared.ferretdb()).host}/?replicaSet=x`);
	expect(code).toBe(78);
	expect(err).toMatch(/the address says replicaSet=x, but 127\.0\.0\.1:\d+ is a server by itself, of no replica set/);
});

test.each(["", "&directConnection=true"])("replicaSet=x%s at a member of another set: 78, both names", async (more) => {
	const { code, err } = await listed(`${shared.mongo().split("/?")[0]}/?replicaSet=x${more}`);
	expect(code).toBe(78);
	expect(err).toMatch(/the address says replicaSet=x, but 127\.0\.0\.1:\d+ belongs to the replica set secantus/);
	expect(err).toContain("expected replicaSet=secantus");
});

test.each([
	["tls=true", "does the server speak TLS on this port?"],
	["", "does the server ask for TLS?"],
] as const)("one side speaks TLS and the other does not (%s): 69, and what to look at", async (options, hint) => {
	await using front = await TlsProxy.start(shared.mongo(), await certificates.serverOptions("good"));
	const address = options === "" ? front.address : new URL(shared.mongo()).host;
	const uri = `mongodb://${address}/?directConnection=true&${options}`;
	const { code, err } = await listed(uri, { TANGLES_CONFIG: await patience("2s") });
	expect({ code, hint: err.includes(hint) ? hint : err }).toEqual({ code: 69, hint });
});

test("the driver's own log stays off stdout and stderr, whatever the environment says", async () => {
	for (const MONGODB_LOG_PATH of ["stdout", "stderr"]) {
		const ended = await listed(plain("", false), { MONGODB_LOG_ALL: "trace", MONGODB_LOG_PATH });
		expect(ended).toMatchObject({ code: 0, err: "" });
		expect(ended.out).not.toContain("MONGODB");
		expect(ended.out.split("\n").length).toBeLessThan(3);
	}
});

test.each(["1s", "3s", "12s"])(
	"a server that is not there is tried for patience %s, and the cause is told",
	async (time) => {
		const seconds = Number.parseInt(time, 10);
		const { code, err } = await listed("mongodb://127.0.0.1:1/", { TANGLES_CONFIG: await patience(time) });
		expect(code).toBe(69);
		const last = err.split("\n").find((line) => line.includes("tried for")) ?? "";
		expect(last).toContain("connect ECONNREFUSED 127.0.0.1:1");
		const tried = Number(/tried for ([\d.]+) s/.exec(last)?.[1]);
		expect(tried).toBeGreaterThanOrEqual(seconds * 0.7);
		expect(tried).toBeLessThanOrEqual(seconds + 3);
	},
);

test.each([
	["a name that DNS does not know", "mongodb+srv://surveyor:opensesame@cluster0.invalid/"],
	["a set that the server is not of", undefined],
] as const)("doctor prints all its lines: %s", async (_, given) => {
	const uri = given ?? `${shared.mongo().split("/?")[0]}/?replicaSet=x&w=1`;
	const env = { TANGLES_MONGO_URI: uri, FAKTORY_URL: shared.faktory(), TANGLES_ZOOKEEPER: shared.zookeeper() };
	const { code, out, err } = await tangles(["doctor", "--json"], env);
	expect({ code, err: err.includes("opensesame") }).toEqual({ code: 1, err: false });
	const { lines } = JSON.parse(out) as { lines: { part: string; state: string; text: string }[] };
	const parts = new Set(lines.map(({ part }) => part));
	expect([...parts]).toEqual(expect.arrayContaining(["config", "mongo", "faktory", "zookeeper"]));
	const failed = lines.filter(({ state }) => state === "fail");
	expect(failed).toHaveLength(1);
	expect(failed[0]).toMatchObject({ part: "mongo" });
	if (given === undefined) expect(lines.some(({ text }) => text.includes("the address says w=1"))).toBe(true);
});
