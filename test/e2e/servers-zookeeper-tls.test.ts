import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import type { TlsOptions } from "node:tls";
import { Secret } from "../../src/base/secret.ts";
import type { Session } from "../../src/locks/ports.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { Authority } from "../support/certificates.ts";
import { ConfigFolder } from "../support/config-folder.ts";
import { Curator } from "../support/curator.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { tangles } from "../support/tangles.ts";
import { TlsProxy } from "../support/tls-proxy.ts";

const HERE = { names: "IP:127.0.0.1,DNS:localhost" };
const SECTION = "zookeeper-connection-info";
/** What is told at once is told long before this, which the run may wait for a lock. */
const WAIT = "60s";

let authority: Authority;
let stranger: Authority;
let pairs: Record<"server" | "expired" | "elsewhere", { cert: string; key: string }>;
let ca: string;
/** A real ZooKeeper with TLS, which demands a certificate: x509. */
let servers: OwnServers;

beforeAll(async () => {
	[authority, stranger] = await Promise.all([Authority.create(), Authority.create()]);
	ca = await authority.text();
	const [server, expired, elsewhere] = await Promise.all([
		authority.sign("server", HERE),
		authority.sign("expired", { ...HERE, days: -1 }),
		authority.sign("elsewhere", { names: "DNS:zk.example" }),
		authority.sign("client", { names: "DNS:client" }),
		authority.sign("other", { names: "DNS:other" }),
		authority.sign("outdated", { names: "DNS:client", days: -1 }),
		stranger.sign("strange", { names: "DNS:client" }),
	]);
	pairs = { server, expired, elsewhere };
	await writeFile(authority.path("server.pem"), server.key + server.cert);
	servers = await OwnServers.start(["zookeeper"], { SERVICES_ZOOKEEPER_TLS: authority.folder });
});

afterAll(async () => {
	await servers[Symbol.asyncDispose]();
	await authority[Symbol.asyncDispose]();
	await stranger[Symbol.asyncDispose]();
});

const file = (name?: string) => authority.path(name);
const tlsPort = () => Number(servers.zookeeper.split(":")[1]) + 1;
const own = (name = "client") => ({ "tls-cert-file": file(`${name}.pem`), "tls-key-file": file(`${name}.key`) });
const trusting = () => ({ "tls-ca-file": file() });

type Keys = Readonly<Record<string, unknown>>;

/** Runs a verb with a file whose section for ZooKeeper has these keys; the file's folder has a `login`. */
async function ask(
	keys: Keys,
	words: readonly string[] = ["locks", "exec", "/x", "--wait", WAIT, "--", "echo", "worked"],
) {
	const config = { [SECTION]: { "session-timeout": "6s", ...keys } };
	await using folder = await ConfigFolder.create({ "tangles.yaml": JSON.stringify(config), login: "us:right-secret" });
	return await tangles(words, { TANGLES_CONFIG: `${folder.path}/tangles.yaml`, PATH: process.env.PATH ?? "" });
}

interface Row {
	readonly name: string;
	/** What speaks TLS before the real server; without it the real server itself is asked, on its port for TLS. */
	readonly front?: () => TlsOptions;
	readonly keys: () => Keys;
	readonly says: string;
	readonly hint: string;
}

const AUTHORITY = {
	says: "its certificate is signed by an authority that is not trusted here",
	hint: `set ${SECTION}.tls-ca-file to the file with the authority's certificate`,
};
const WANTED = {
	says: "it wants a certificate of this program",
	hint: `set ${SECTION}.tls-cert-file and tls-key-file`,
};
const NOT_ACCEPTED = {
	says: "it does not accept the certificate that is shown to it",
	hint: `set ${SECTION}.tls-cert-file and tls-key-file to one that the server's authority has signed and that is valid`,
};
const wantsCertificate = (): TlsOptions => ({ ...pairs.server, ca, requestCert: true, rejectUnauthorized: true });

const ROWS: readonly Row[] = [
	{ name: "public authorities alone", keys: () => ({ tls: true, ...own() }), ...AUTHORITY },
	{ name: "another authority's file", keys: () => ({ "tls-ca-file": stranger.path(), ...own() }), ...AUTHORITY },
	{
		name: "expired",
		front: () => pairs.expired,
		keys: trusting,
		says: "its certificate has expired",
		hint: "renew the server's certificate, and see that this host's clock is right",
	},
	{
		name: "another host's",
		front: () => pairs.elsewhere,
		keys: trusting,
		says: "its certificate is for another host: ",
		hint: `set ${SECTION}.connect to a name that the certificate has`,
	},
	{ name: "a certificate is wanted and none shown", keys: trusting, ...WANTED },
	{ name: "the same, by TLS 1.3", front: wantsCertificate, keys: trusting, ...WANTED },
	{
		name: "the same, by a proxy with TLS 1.2",
		front: () => ({ ...wantsCertificate(), maxVersion: "TLSv1.2" }),
		keys: trusting,
		says: "it refuses the handshake of TLS",
		hint: `set ${SECTION}.tls-cert-file and tls-key-file where it wants a certificate`,
	},
	{
		name: "a certificate of ours by an authority that the server does not know",
		keys: () => ({
			...trusting(),
			...{ "tls-cert-file": stranger.path("strange.pem"), "tls-key-file": stranger.path("strange.key") },
		}),
		...NOT_ACCEPTED,
	},
	{
		name: "a certificate of ours that has expired",
		keys: () => ({ ...trusting(), ...own("outdated") }),
		...NOT_ACCEPTED,
	},
	{
		name: "no TLS here, TLS there",
		keys: () => ({}),
		says: "it speaks TLS on this port, and this program does not",
		hint: `set ${SECTION}.tls: true, or give the port without TLS`,
	},
	{
		name: "no TLS here, TLS there, and no certificate wanted",
		front: () => pairs.server,
		keys: () => ({}),
		says: "it speaks TLS on this port, and this program does not",
		hint: `set ${SECTION}.tls: true, or give the port without TLS`,
	},
];

describe("what is wrong with TLS is told by its fault, at once, with 78, in waiting runs too", () => {
	for (const { name, front, keys, says, hint } of ROWS) {
		test(name, async () => {
			await using proxy = front && (await TlsProxy.start(`tcp://${servers.zookeeper}`, front()));
			const port = proxy?.port ?? tlsPort();
			const began = performance.now();
			const { code, out, err } = await ask({ connect: `127.0.0.1:${port}`, ...keys() });
			expect({ code, out, err }).toEqual({
				code: 78,
				out: "",
				err: expect.stringContaining(`error ZooKeeper at 127.0.0.1:${port}: ${says}`),
			});
			expect(err).toContain(hint);
			// Not a measure: a search that goes on ends after 10 s.
			expect(performance.now() - began).toBeLessThan(8000);
		});
	}

	for (const [name, address] of [
		["with netty", () => servers.zookeeper],
		["without", shared.zookeeper],
	] as const) {
		test(`TLS here, a port without there, of a server ${name}`, async () => {
			const { code, err } = await ask({ connect: address(), ...trusting() });
			expect({ code, err }).toEqual({ code: 78, err: expect.stringContaining("it does not speak TLS on this port") });
			expect(err).toContain(`take ${SECTION}.tls and the files for it out, or give the port that TLS is spoken on`);
		});
	}

	test("doctor tells whose certificate it is, and warns of its end", async () => {
		const keys = { connect: `localhost:${tlsPort()}`, ...trusting(), ...own() };
		const { code, out } = await ask(keys, ["doctor", "--json"]);
		expect(code).toBe(0);
		const { lines } = JSON.parse(out);
		expect(lines).toContainEqual(
			expect.objectContaining({ state: "ok", text: expect.stringMatching(/, certificate sent$/) }),
		);
		expect(lines).toContainEqual({
			...{ part: "zookeeper", state: "warn" },
			text: "TLS: certificate of CN=server, signed by CN=authority of a test, valid for a day",
			hint: "renew the server's certificate: after its last day nobody can connect",
		});
	});

	test("doctor tells the same", async () => {
		const { code, out } = await ask({ connect: `127.0.0.1:${tlsPort()}`, ...trusting() }, ["doctor", "--json"]);
		expect(code).toBe(1);
		expect(JSON.parse(out).lines).toContainEqual(
			expect.objectContaining({ part: "zookeeper", state: "fail", text: expect.stringContaining(WANTED.says) }),
		);
	});

	test("one server with the right certificate is enough", async () => {
		await using wrong = await TlsProxy.start(`tcp://${servers.zookeeper}`, pairs.elsewhere);
		const connect = `127.0.0.1:${wrong.port},localhost:${tlsPort()},127.0.0.1:${wrong.port}`;
		expect(await ask({ connect, ...trusting(), ...own() })).toMatchObject({ code: 0, out: "worked\n" });
	});

	test("a server that is not there beside one with a fault is an outage, which both are told of", async () => {
		const connect = `127.0.0.1:1,127.0.0.1:${tlsPort()}`;
		const { code, err } = await ask({ connect, "session-timeout": "2s", tls: true, ...own() });
		expect(code).toBe(69);
		expect(err).toContain("ECONNREFUSED");
		expect(err).toContain(AUTHORITY.says);
	});
});

describe("what is wrong with the files is told with file, line and key", () => {
	const rows: readonly (readonly [keys: () => Keys, says: string])[] = [
		[() => ({ "tls-ca-file": "nowhere.pem" }), "tls-ca-file: the file does not exist"],
		[() => ({ "tls-ca-file": "login" }), "tls-ca-file: the file holds no certificate"],
		[() => ({ "tls-cert-file": file("client.pem") }), "tls-cert-file: has no tls-key-file beside it"],
		[() => ({ "tls-key-file": file("client.key") }), "tls-key-file: has no tls-cert-file beside it"],
		[
			() => ({ ...own(), "tls-key-file": file("other.key") }),
			"tls-key-file: is not the key of the certificate in tls-cert-file",
		],
		[() => ({ tls: false, "tls-ca-file": file() }), "tls: is false beside certificate files; expected true"],
		[() => ({ ssl: true }), "ssl: is unknown, and a key about safety"],
		[() => ({ sasl: "GSSAPI" }), "sasl: is unknown, and a key about safety"],
	];
	for (const [keys, says] of rows) {
		test(says, async () => {
			const { code, err } = await ask({ connect: "127.0.0.1:1", ...keys() });
			expect(code).toBe(78);
			expect(err).toContain(`:1: ${SECTION}.${says}`);
			expect(err).not.toContain("PRIVATE");
		});
	}
});

/** A session of a strange login, to see what it may do. */
async function strangeSession(auth?: string): Promise<Session> {
	const config = {
		connect: servers.zookeeper,
		sessionTimeoutMs: 6000,
		auth: auth === undefined ? undefined : new Secret(auth),
	};
	return await openSession(config, new AbortController().signal);
}

describe("a certificate, a password, and both, as logins on the real server", () => {
	const secure = (more: Keys = {}): Keys => ({ connect: `localhost:${tlsPort()}`, ...trusting(), ...own(), ...more });
	const taking = (path: string) => ["locks", "exec", path, "--", "echo", "worked"];

	test("what a certificate has created is its own to change, and everyone's to read", async () => {
		const chroot = `/t${crypto.randomUUID()}`;
		const connect = `localhost:${tlsPort()}${chroot}`;
		const session = await openSession(
			{
				connect,
				sessionTimeoutMs: 6000,
				tls: {
					ca,
					cert: await Bun.file(file("client.pem")).text(),
					key: new Secret(await Bun.file(file("client.key")).text()),
				},
			},
			new AbortController().signal,
		);
		await session.makeDirectories("/keep");
		expect(await ask(secure({ connect }), taking("/x"))).toMatchObject({ code: 0, out: "worked\n" });
		for (const other of [secure({ connect, ...own("other") }), { connect: servers.zookeeper + chroot }]) {
			const { code, err } = await ask(other, taking("/x"));
			expect({ code, err }).toEqual({ code: 77, err: expect.stringContaining("the login has no right to") });
		}
		const eye = await strangeSession();
		expect(await eye.children(`${chroot}/keep`)).toEqual([]);
		await expect(eye.remove(`${chroot}/keep`)).rejects.toThrow("refuses to delete");
		expect(await session.remove("/keep")).toBe("removed");
		await Promise.all([eye.close(), session.close()]);
	});

	test("with both, either may change it: a Curator that logs in by digest takes turns with us", async () => {
		const path = `/t${crypto.randomUUID()}`;
		const both = secure({ "auth-file": "login", "lock-layout": "v2" });
		const session = await strangeSession("us:right-secret");
		await session.makeDirectories(`${path}/keep`);
		await using curator = await Curator.start("v2", servers.zookeeper);
		expect(await ask(both, taking(path))).toMatchObject({ code: 0, out: "worked\n" });
		await expect(curator.acquire(path, 2000)).rejects.toThrow("NoAuth");
		await curator.login("us:right-secret");
		expect(await curator.acquire(path, 5000)).toBe(true);
		const { code, err } = await ask(both, taking(path));
		expect({ code, err }).toEqual({ code: 75, err: expect.stringContaining("held") });
		await curator.release(path);
		expect(await ask(both, taking(path))).toMatchObject({ code: 0, out: "worked\n" });
		const certificateAlone = await ask(secure({ "lock-layout": "v2" }), taking(path));
		expect(certificateAlone.code).toBe(77);
		await session.close();
	});

	test("where TLS ends in a proxy the certificate is no login: 77, and why", async () => {
		await using proxy = await TlsProxy.start(`tcp://${servers.zookeeper}`, wantsCertificate());
		const keys = secure({ connect: `localhost:${proxy.port}` });
		const { code, err } = await ask(keys, taking("/x"));
		expect({ code, err }).toEqual({ code: 77, err: expect.stringContaining("it knows no login of this program") });
		expect(err).toContain("the client certificate is a login only where the server itself checks it");
		expect(await ask({ ...keys, "auth-file": "login" }, taking("/digest"))).toMatchObject({ code: 0, out: "worked\n" });
	});

	test("properties, and files relative to the config's folder", async () => {
		const [cert = "", key = ""] = await Promise.all(
			[file("client.pem"), file("client.key")].map((path) => Bun.file(path).text()),
		);
		const lines = [
			`autonomous.lockserver.url = localhost:${tlsPort()}`,
			...["tls = true", "tlsCaFile = ca.pem", "tlsCertFile = c.pem", "tlsKeyFile = c.key", "authFile = login"].map(
				(line) => `tangles.zookeeper.${line}`,
			),
		];
		await using folder = await ConfigFolder.create({
			"a.properties": lines.join("\n"),
			...{ "ca.pem": ca, "c.pem": cert, "c.key": key, login: "us:right-secret" },
		});
		const env = { TANGLES_CONFIG: `${folder.path}/a.properties`, PATH: process.env.PATH ?? "" };
		expect(await tangles(taking("/properties"), env)).toMatchObject({ code: 0, out: "worked\n", err: "" });
	});
});

describe("a server that demands a login", () => {
	const x509 = "-Dzookeeper.authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider";
	const rows: readonly (readonly [java: string, keys: Keys, code: number, says: string])[] = [
		[`${x509} -Dzookeeper.sessionRequireClientSASLAuth=true`, {}, 77, "demands a login: none was given"],
		[
			`${x509} -Dzookeeper.enforce.auth.enabled=true -Dzookeeper.enforce.auth.schemes=sasl`,
			{ "auth-file": "login" },
			77,
			"demands a login: digest did not suffice",
		],
		["-Dzookeeper.enforce.auth.enabled=true -Dzookeeper.enforce.auth.schemes=digest", {}, 77, "none was given"],
		["-Dzookeeper.enforce.auth.enabled=true -Dzookeeper.enforce.auth.schemes=digest", { "auth-file": "login" }, 0, ""],
	];
	for (const [java, keys, code, says] of rows) {
		test(`${java.replaceAll("-Dzookeeper.", "").replace(/^authProvider\S+ /, "")}, ${JSON.stringify(keys)}: ${code}`, async () => {
			await using demanding = await OwnServers.start(["zookeeper"], { SERVICES_ZOOKEEPER_JAVA: java });
			const began = performance.now();
			const run = await ask({ connect: demanding.zookeeper, ...keys });
			expect({ code: run.code, err: run.err }).toEqual({ code, err: expect.stringContaining(says) });
			if (code === 77)
				expect(run.err).toContain("SASL is not supported: let the server's enforce.auth.schemes have digest");
			expect(performance.now() - began).toBeLessThan(8000);
		});
	}
});
