import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import { MongoClient } from "mongodb";
import { Authority } from "../support/certificates.ts";
import { ConfigFolder } from "../support/config-folder.ts";
import { dropDatabase } from "../support/drop-database.ts";
import { Enumeration } from "../support/enumeration.ts";
import { firstPages, pushJob } from "../support/jobs.ts";
import { MongoProxy } from "../support/mongo-proxy.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { Run, Running, tangles } from "../support/tangles.ts";
import { TlsProxy } from "../support/tls-proxy.ts";
import { polled } from "../support/until.ts";

const HERE = { names: "IP:127.0.0.1,DNS:localhost" };
/** Whatever is told at once is told long before this has passed. */
const PATIENCE = "60s";

const database = `t${crypto.randomUUID()}`;
let authority: Authority;
let stranger: Authority;
let pairs: Record<"good" | "expired" | "elsewhere" | "client" | "strange", { cert: string; key: string }>;
let ca: string;

beforeAll(async () => {
	[authority, stranger] = await Promise.all([Authority.create(), Authority.create()]);
	ca = await authority.text();
	const [good, expired, elsewhere, client, strange] = await Promise.all([
		authority.sign("good", HERE),
		authority.sign("expired", { ...HERE, days: -1 }),
		authority.sign("elsewhere", { names: "DNS:queue.example,DNS:other.example" }),
		authority.sign("client", { names: "DNS:client" }),
		stranger.sign("strange", { names: "DNS:client" }),
	]);
	pairs = { good, expired, elsewhere, client, strange };
	expect(await ask({}, ["init", "--max-tcn", "3", "-q"])).toMatchObject({ code: 0 });
});

afterAll(async () => {
	await authority[Symbol.asyncDispose]();
	await stranger[Symbol.asyncDispose]();
	const mongo = await MongoClient.connect(shared.mongo());
	await dropDatabase(mongo.db(database));
	await mongo.close();
});

/** Runs a verb with a file whose section for Faktory has these keys. */
async function ask(keys: Readonly<Record<string, unknown>>, words: readonly string[] = ["work", "--concurrency", "1"]) {
	const config = {
		"faktory-connection-info": { domain: "127.0.0.1", ...keys },
		"db-connection-info": { uri: shared.mongo(), database },
		producer: { patience: PATIENCE },
	};
	await using folder = await ConfigFolder.create({ "tangles.yaml": JSON.stringify(config) });
	return await tangles([...words, "-c", `${folder.path}/tangles.yaml`]);
}

const file = (name?: string) => authority.path(name);
const showing = (name: "good" | "expired" | "elsewhere"): TlsOptions => pairs[name];
const wantsCertificate = (): TlsOptions => ({ ...pairs.good, ca, requestCert: true, rejectUnauthorized: true });

interface Row {
	readonly name: string;
	readonly server: () => TlsOptions;
	readonly keys: () => Readonly<Record<string, unknown>>;
	readonly says: string;
	readonly hint: string;
}

const AUTHORITY = {
	says: "its certificate is signed by an authority that is not trusted here",
	hint: "set faktory-connection-info.tls-ca-file to the file with the authority's certificate",
};

const ROWS: readonly Row[] = [
	{ name: "unknown authority", server: () => showing("good"), keys: () => ({ tls: true }), ...AUTHORITY },
	{
		name: "another authority's file",
		server: () => showing("good"),
		keys: () => ({ "tls-ca-file": stranger.path() }),
		...AUTHORITY,
	},
	{
		name: "expired",
		server: () => showing("expired"),
		keys: () => ({ "tls-ca-file": file() }),
		says: "its certificate has expired",
		hint: "renew the server's certificate, and see that this host's clock is right",
	},
	{
		name: "another host's",
		server: () => showing("elsewhere"),
		keys: () => ({ "tls-ca-file": file() }),
		says: "its certificate is for another host: IP: 127.0.0.1 is not in the cert's list",
		hint: "set faktory-connection-info.domain to a name that the certificate has",
	},
	{
		name: "another host's, by name",
		server: () => showing("elsewhere"),
		keys: () => ({ domain: "localhost", "tls-ca-file": file() }),
		says: "its certificate is for another host: Host: localhost. is not in the cert's altnames: DNS:queue.example",
		hint: "set faktory-connection-info.domain to a name that the certificate has",
	},
	{
		name: "a certificate is wanted and none shown",
		server: wantsCertificate,
		keys: () => ({ "tls-ca-file": file() }),
		says: "it wants a certificate of this program",
		hint: "set faktory-connection-info.tls-cert-file and tls-key-file",
	},
	{
		name: "TLS 1.2: a certificate is wanted and none shown",
		server: () => ({ ...wantsCertificate(), maxVersion: "TLSv1.2" }),
		keys: () => ({ "tls-ca-file": file() }),
		says: "it refuses the handshake of TLS",
		hint: "set faktory-connection-info.tls-cert-file and tls-key-file where it wants a certificate",
	},
	{
		name: "no TLS here, TLS there",
		server: () => showing("good"),
		keys: () => ({}),
		says: "it speaks TLS on this port, and this program does not",
		hint: "set faktory-connection-info.tls: true (or FAKTORY_URL=tcp+tls://HOST), or give the port without TLS",
	},
];

describe("what is wrong with TLS is told by its fault, at once, with 78", () => {
	for (const { name, server, keys, says, hint } of ROWS) {
		test(name, async () => {
			await using proxy = await TlsProxy.start(shared.faktory(), server());
			const began = performance.now();
			const { code, out, err } = await ask({ port: proxy.port, ...keys() });
			expect({ code, out }).toEqual({ code: 78, out: "" });
			const domain = "domain" in keys() ? "localhost" : "127.0.0.1";
			expect(err).toContain(`error Faktory at ${domain}:${proxy.port}: ${says}`);
			expect(err).toContain(` error ${hint}`);
			expect(err).not.toContain("out of reach");
			// Not a measure: with its patience it would take a minute.
			expect(performance.now() - began).toBeLessThan(30_000);
		});
	}

	test("a certificate of another authority is shown", async () => {
		// The runtime's own server closes the connection without a word.
		const words = ["-cert", file("good.pem"), "-key", file("good.key"), "-CAfile", file(), "-Verify", "2"];
		const server = ["openssl", "s_server", "-accept", "127.0.0.1:0", ...words, "-verify_return_error"];
		const env = { PATH: process.env.PATH ?? "" };
		// It ends with its stdin.
		await using running = new Running(["stdbuf", "-oL", ...server], env, authority.folder, new ReadableStream());
		const port = Number((await running.line("ACCEPT")).split(":")[1]);
		const own = { "tls-cert-file": stranger.path("strange.pem"), "tls-key-file": stranger.path("strange.key") };
		const { code, err } = await ask({ port, "tls-ca-file": file(), ...own });
		expect(code).toBe(78);
		expect(err).toContain(
			`Faktory at 127.0.0.1:${port}: it does not accept the certificate that is shown to it (ERR_SSL_`,
		);
		expect(err).toContain("tls-cert-file and tls-key-file to one that the server's authority has signed");
	});

	test("TLS here, none there", async () => {
		const { hostname, port } = new URL(shared.faktory().replace("tcp:", "http:"));
		const { code, err } = await ask({ domain: hostname, port: Number(port), tls: true });
		expect(code).toBe(78);
		expect(err).toContain(`Faktory at ${hostname}:${port}: it does not speak TLS on this port`);
		expect(err).toContain("take faktory-connection-info.tls (or tcp+tls://) out");
	});

	test("doctor and status tell the same, and look at the other servers", async () => {
		await using proxy = await TlsProxy.start(shared.faktory(), showing("expired"));
		const keys = { port: proxy.port, "tls-ca-file": file() };
		const says = `Faktory at 127.0.0.1:${proxy.port}: its certificate has expired`;
		const doctor = await ask(keys, ["doctor", "--json"]);
		const { lines } = JSON.parse(doctor.out);
		expect(lines).toContainEqual(
			expect.objectContaining({ part: "faktory", state: "fail", text: expect.stringContaining(says) }),
		);
		expect(lines).toContainEqual(expect.objectContaining({ part: "mongo", state: "ok" }));
		const status = await ask(keys, ["status"]);
		expect(status.code).toBe(78);
		expect(status.out).toContain(`queue: ${says}`);
	});
});

test("a name that cannot be looked up: 69, with the name", async () => {
	const { code, err } = await ask({ domain: "no-such-queue.invalid" }, ["status"]);
	expect(code).toBe(69);
	expect(err).toContain("the name no-such-queue.invalid could not be looked up (ENOTFOUND)");
	expect(err).toContain("see that faktory-connection-info.domain (or FAKTORY_URL) is spelled right");
});

test("a server that is silent, and speaks no TLS either, is out of reach as before", async () => {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => sockets.add(socket.on("error", () => socket.destroy())));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("not listening");
	const { code, err } = await ask({ port: address.port }, ["status"]);
	for (const socket of sockets) socket.destroy();
	server.close();
	expect(code).toBe(69);
	expect(err).toContain("no answer within");
});

describe("what is wrong with the files is told with file, line and key", () => {
	const rows: readonly (readonly [keys: () => Readonly<Record<string, unknown>>, says: string])[] = [
		[() => ({ "tls-ca-file": "nowhere.pem" }), "tls-ca-file: the file does not exist"],
		[() => ({ "tls-ca-file": file("good.key") }), "tls-ca-file: the file holds no certificate"],
		[() => ({ "tls-cert-file": file("good.pem") }), "tls-cert-file: has no tls-key-file beside it"],
		[() => ({ "tls-key-file": file("good.key") }), "tls-key-file: has no tls-cert-file beside it"],
		[
			() => ({ "tls-cert-file": file("good.pem"), "tls-key-file": file("client.key") }),
			"tls-key-file: is not the key of the certificate in tls-cert-file",
		],
		[() => ({ tls: false, "tls-ca-file": file() }), "tls: is false beside certificate files; expected true"],
	];
	for (const [keys, says] of rows) {
		test(says, async () => {
			const { code, err } = await ask({ port: 1, ...keys() });
			expect(code).toBe(78);
			expect(err).toContain(`tangles.yaml:1: faktory-connection-info.${says}`);
			expect(err).not.toContain("PRIVATE");
		});
	}
});

describe("a private authority, and a certificate of our own", () => {
	const looks = async (keys: Readonly<Record<string, unknown>>) => {
		const { code, out } = await ask(keys, ["status", "--json"]);
		expect(code).toBe(0);
		return JSON.parse(out).queue.name;
	};

	test("by address and by name, tls: true and without, files relative to the config's folder", async () => {
		await using proxy = await TlsProxy.start(shared.faktory(), showing("good"));
		const { port } = proxy;
		expect(await looks({ port, tls: true, "tls-ca-file": file() })).toContain(`127.0.0.1:${port}`);
		expect(await looks({ port, domain: "localhost", "tls-ca-file": file() })).toContain(`localhost:${port}`);
		await using folder = await ConfigFolder.create({
			"ours.pem": ca,
			"tangles.yaml": "faktory-connection-info: { tls-ca-file: ours.pem }\n",
		});
		const url = { FAKTORY_URL: `tcp+tls://127.0.0.1:${port}`, TANGLES_CONFIG: `${folder.path}/tangles.yaml` };
		expect((await tangles(["status", "--json"], url)).code).toBe(0);
		const plain = await tangles(["status"], { ...url, FAKTORY_URL: shared.faktory() });
		expect(plain.code).toBe(0);
		expect(plain.err).toContain("key is not used: the address in the environment is without TLS");
	});

	test("a worker that is killed: its grafter hands the job back by the same TLS", async () => {
		await using servers = await OwnServers.start(["faktory"]);
		await using proxy = await TlsProxy.start(servers.faktory, wantsCertificate());
		await using mongo = await MongoProxy.start(shared.mongo());
		await using run = await Enumeration.create({ faktory: servers.faktory, mongo: mongo.uri(true) });
		await run.run("init", "--max-tcn", "3");
		const write = mongo.stop("request", "insert");
		await using eye = await run.eye();
		await pushJob(eye, await firstPages(run, 1, 2));
		const keys = { "tls-ca-file": file(), "tls-cert-file": file("client.pem"), "tls-key-file": file("client.key") };
		const config = {
			"faktory-connection-info": { ...keys, queue: run.queue },
			"db-connection-info": { database: run.queue },
		};
		await using folder = await ConfigFolder.create({ "tangles.yaml": JSON.stringify(config) });
		const env = { ...run.env, TANGLES_CONFIG: `${folder.path}/tangles.yaml` };
		const url = `tcp+tls://127.0.0.1:${proxy.port}`;
		await using worker = new Run(["work", "--concurrency", "1"], { ...env, FAKTORY_URL: url });
		await write;
		worker.kill("SIGKILL");
		await worker.ended();
		const counters = await polled("a job that is no longer reserved", async () => {
			const now = await eye.counters();
			return now.working > 0 ? undefined : now;
		});
		expect(counters).toMatchObject({ failed: 1, retries: 1 });
	});

	test("with a certificate for the client", async () => {
		await using proxy = await TlsProxy.start(shared.faktory(), wantsCertificate());
		const own = { "tls-cert-file": file("client.pem"), "tls-key-file": file("client.key") };
		expect(await looks({ port: proxy.port, "tls-ca-file": file(), ...own })).toContain(String(proxy.port));
	});
});
