import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import type { DoctorLine } from "../../src/base/doctor-line.ts";
import { clockProxy } from "../support/clock-proxy.ts";
import { dropDatabase } from "../support/drop-database.ts";
import { LockScene } from "../support/lock-scene.ts";
import { shared, type Variables } from "../support/servers.ts";
import { tangles } from "../support/tangles.ts";
import { securedBy } from "../support/zookeeper-acl.ts";

/** A database and a chroot of a test's own; `config` has what the file is to say beside. */
class Ward implements AsyncDisposable {
	readonly database = `t${crypto.randomUUID()}`;
	readonly #folder: string;
	readonly #mongo: MongoClient;

	private constructor(folder: string, mongo: MongoClient) {
		this.#folder = folder;
		this.#mongo = mongo;
	}

	static async create(): Promise<Ward> {
		const mongo = await MongoClient.connect(shared.mongo());
		return new Ward(await mkdtemp(join(tmpdir(), "tangles-ward-")), mongo);
	}

	get db() {
		return this.#mongo.db(this.database);
	}

	async env(
		places: { mongo?: string; faktory?: string; zookeeper?: string; zookeeperKeys?: string } = {},
	): Promise<Variables> {
		const file = join(this.#folder, "tangles.yaml");
		const zookeeper = places.zookeeper ?? `${shared.zookeeper()}/t${crypto.randomUUID()}`;
		await writeFile(
			file,
			[
				`db-connection-info: { uri: "${places.mongo ?? shared.mongo()}", database: ${this.database} }`,
				`zookeeper-connection-info: { connect: "${zookeeper}", ${places.zookeeperKeys ?? "session-timeout: 6s"} }`,
				"components: { Sample: { event: Batch_Sampled } }",
			].join("\n"),
		);
		return { TANGLES_CONFIG: file, FAKTORY_URL: places.faktory ?? shared.faktory() };
	}

	async look(env: Variables): Promise<{ code: number; lines: readonly DoctorLine[]; seconds: number }> {
		const began = performance.now();
		const { code, out } = await tangles(["doctor", "--json"], env);
		return { code, lines: JSON.parse(out).lines, seconds: (performance.now() - began) / 1000 };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await dropDatabase(this.db);
		await this.#mongo.close();
		await rm(this.#folder, { recursive: true });
	}
}

const bad = (lines: readonly DoctorLine[]) => lines.filter(({ state }) => state !== "ok");

/** A port that takes connections and says nothing. */
async function mute(): Promise<AsyncDisposable & { port: number }> {
	const server = createServer((socket) => socket.on("error", () => socket.destroy()));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("not listening");
	return { port: address.port, [Symbol.asyncDispose]: async () => void server.close() };
}

test("all is well: every line is ok, in text as in JSON, and nothing is left in the scratch places", async () => {
	await using ward = await Ward.create();
	const env = await ward.env();
	expect((await tangles(["init", "--max-tcn", "5"], env)).code).toBe(0);
	const before = (await ward.db.listCollections().toArray()).map(({ name }) => name).toSorted();
	const { code, lines } = await ward.look(env);
	expect({ code, bad: bad(lines) }).toEqual({ code: 0, bad: [] });
	const [, token] =
		lines.map(({ text }) => /^tokens of locks: now at (\d+); they start anew/.exec(text)).find(Boolean) ?? [];
	const lock = await tangles(["locks", "exec", "/x", "--", "sh", "-c", "echo $TANGLES_LOCK_TOKEN"], env);
	expect(Number(lock.out)).toBeGreaterThan(Number(token));
	expect(new Set(lines.map(({ part }) => part))).toEqual(
		new Set(["host", "config", "work", "mongo", "faktory", "zookeeper", "leftovers"]),
	);
	expect((await ward.db.listCollections().toArray()).map(({ name }) => name).toSorted()).toEqual(before);
	const text = await tangles(["doctor"], env);
	for (const line of text.out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
	const words = text.out.replaceAll(/\s+/g, " ");
	// What is measured, and the tokens, which each look moves on, differ from look to look.
	const same = lines.filter(({ text: line }) => !/round trip|tokens of locks/.test(line));
	for (const { text: line } of same) expect(words).toContain(line);
	expect(words).toMatch(/db-connection-info\.database from \S+tangles\.yaml:1/);
	expect(words).toContain("faktory-connection-info.domain from environment FAKTORY_URL");
});

test.each(["mongo", "faktory", "zookeeper"] as const)(
	"%s is down: its line fails with the hint, the others are looked at, within 10 s",
	async (server) => {
		await using ward = await Ward.create();
		await tangles(["init", "--max-tcn", "5"], await ward.env());
		const dead = { mongo: "mongodb://127.0.0.1:1/", faktory: "tcp://127.0.0.1:1", zookeeper: "127.0.0.1:1" }[server];
		const { code, lines, seconds } = await ward.look(await ward.env({ [server]: dead }));
		expect({ code, bad: bad(lines).map(({ part, state }) => [part, state]) }).toEqual({
			code: 1,
			bad: [[server, "fail"]],
		});
		expect(bad(lines)[0]?.text).toContain("127.0.0.1:1");
		expect(bad(lines)[0]?.hint).toMatch(/running|runs/);
		expect(seconds).toBeLessThan(10);
	},
);

test("all three are mute: three lines fail, within 10 s", async () => {
	await using ward = await Ward.create();
	await using silent = await mute();
	const address = `127.0.0.1:${silent.port}`;
	const env = await ward.env({ mongo: `mongodb://${address}/`, faktory: `tcp://${address}`, zookeeper: address });
	const { code, lines, seconds } = await ward.look(env);
	expect({ code, bad: bad(lines).map(({ part, state }) => [part, state]) }).toEqual({
		code: 1,
		bad: [
			["mongo", "fail"],
			["faktory", "fail"],
			["zookeeper", "fail"],
		],
	});
	for (const { text } of bad(lines)) expect(text).toMatch(/no answer|did not answer|unreachable/);
	expect(seconds).toBeLessThan(10);
});

test("a wrong password: the line says that the login is refused, and not the password", async () => {
	await using ward = await Ward.create();
	const mongo = shared.mongoAuth().replace("root:secret", "root:wrongpass");
	const { code, lines } = await ward.look(await ward.env({ mongo }));
	expect(code).toBe(1);
	const [line] = bad(lines);
	expect(line).toMatchObject({
		part: "mongo",
		state: "fail",
		hint: expect.stringContaining("check user, password and rights"),
	});
	expect(JSON.stringify(lines)).not.toContain("wrongpass");
});

test("indexes are missing: the lines fail and name init, and for batches the components' runs", async () => {
	await using ward = await Ward.create();
	const env = await ward.env();
	await tangles(["init", "--max-tcn", "5"], env);
	await ward.db.collection("arborescent_tangles").dropIndex("notation_1");
	await ward.db.collection("batches").dropIndex("list_sample_1_first_event_1");
	expect(bad((await ward.look(env)).lines)).toEqual([
		{
			part: "mongo",
			state: "fail",
			text: "indexes of arborescent_tangles: 1 of 3 are missing",
			hint: "tangles init makes them",
		},
		{
			part: "mongo",
			state: "fail",
			text: expect.stringMatching(/^indexes of batches: 1 of \d+ are missing$/),
			hint: "tangles init makes them, or within an hour the runs of components",
		},
	]);
});

test("a user who may not create nodes: the line fails and names the ACL", async () => {
	await using ward = await Ward.create();
	await tangles(["init", "--max-tcn", "5"], await ward.env());
	const chroot = await securedBy("somebody:else");
	const { code, lines } = await ward.look(await ward.env({ zookeeper: `${shared.zookeeper()}${chroot}` }));
	expect(code).toBe(1);
	expect(bad(lines)).toMatchObject([
		{
			part: "zookeeper",
			state: "fail",
			text: expect.stringContaining("rights: "),
			hint: expect.stringContaining("auth-file"),
		},
	]);
});

test.each([
	[3_600_000, "fail", "ahead of"],
	[-3_600_000, "fail", "behind"],
	[20_000, "warn", "ahead of"],
] as const)("the server's clock is off by %d ms: %s", async (off, state, direction) => {
	await using ward = await Ward.create();
	await tangles(["init", "--max-tcn", "5"], await ward.env());
	await using proxy = await clockProxy(shared.mongo(), off);
	const { code, lines } = await ward.look(await ward.env({ mongo: proxy.uri }));
	expect(code).toBe(state === "fail" ? 1 : 0);
	expect(bad(lines)).toMatchObject([{ part: "mongo", state, hint: expect.stringContaining("NTP") }]);
	// How long the answer took is in it too, which on a busy host is some tenths of a second.
	const [, seconds, where] = /^clock: (\d+\.\d) s (.+) this host's$/.exec(bad(lines)[0]?.text ?? "") ?? [];
	expect(where).toBe(direction);
	expect(Math.abs(Number(seconds) - Math.abs(off) / 1000)).toBeLessThan(5);
});

test("a session time-out that the server does not grant: a warning with both numbers", async () => {
	await using ward = await Ward.create();
	await tangles(["init", "--max-tcn", "5"], await ward.env());
	const { code, lines } = await ward.look(await ward.env({ zookeeperKeys: "session-timeout: 2h" }));
	expect(code).toBe(0);
	expect(bad(lines)).toMatchObject([
		{
			state: "warn",
			text: "session time-out 60000 ms granted, 7200000 ms asked for",
			hint: expect.stringContaining("ticks"),
		},
	]);
});

test("leftovers: nodes that nobody owns, empty lock directories, batches whose derived fields do not fit", async () => {
	await using ward = await Ward.create();
	await using place = await LockScene.create();
	const session = await place.session();
	await session.makeDirectories("/dead/leases/_c_00000000-0000-0000-0000-000000000000-lease-0000000000");
	await session.makeDirectories("/empty/leases");
	const env = await ward.env({ zookeeper: `${shared.zookeeper()}${place.chroot}` });
	await tangles(["init", "--max-tcn", "5"], env);
	await tangles(["batches", "add", "B1-RT1", "--type", "Newspaper"], env);
	await tangles(["batches", "add", "B2-RT1", "--type", "Newspaper"], env);
	await ward.db
		.collection<{ _id: string }>("batches")
		.updateOne({ _id: "B1-RT1" }, { $set: { succeeded: ["Invented"] } });
	const { code, lines } = await ward.look(env);
	expect(code).toBe(0);
	expect(bad(lines).map(({ part, text }) => [part, text])).toEqual([
		[
			"leftovers",
			"1 of 2 batches have succeeded, seen, current, first_event or ready_for that do not fit their events: B1-RT1",
		],
		["leftovers", "nobody owns the node that holds /dead"],
		["leftovers", "2 empty lock directories"],
	]);
	for (const { hint } of bad(lines)) expect(hint).toContain("tangles");
});

test("a faulty config: a line for each fault, and no server is asked", async () => {
	await using ward = await Ward.create();
	const { TANGLES_CONFIG = "" } = await ward.env();
	await writeFile(TANGLES_CONFIG, "tangle-collections: { page_size: 0 }\nproducer: { window: many }\n");
	const { code, lines } = await ward.look({ TANGLES_CONFIG });
	expect(code).toBe(1);
	expect(lines.filter(({ text }) => text.includes("tangles.yaml:")).length).toBe(2);
	const asked = lines.filter(({ part }) => part !== "host");
	expect(asked.every(({ part, state }) => part === "config" && state === "fail")).toBe(true);
});

test("nothing is configured yet: a warning for each server, with the section that names it", async () => {
	await using ward = await Ward.create();
	const { TANGLES_CONFIG = "" } = await ward.env();
	await writeFile(TANGLES_CONFIG, "");
	const { code, lines } = await ward.look({ TANGLES_CONFIG });
	expect(code).toBe(0);
	expect(bad(lines).map(({ text, hint }) => [text, hint?.split(" ")[0]])).toEqual([
		["no faktory server is named", "faktory-connection-info"],
		["no mongo server is named", "db-connection-info"],
		["no zookeeper server is named", "zookeeper-connection-info"],
	]);
});

test("FerretDB 1.x is told for what it is", async () => {
	await using ward = await Ward.create();
	const { code, lines } = await ward.look(await ward.env({ mongo: shared.ferretdb() }));
	expect(code).toBe(1);
	expect(bad(lines)[0]).toMatchObject({ part: "mongo", state: "warn", text: expect.stringContaining("FerretDB 1.x") });
});

test("stencils that do not fit: a warning for what recover mends, a failure for what needs a person", async () => {
	await using ward = await Ward.create();
	const env = await ward.env();
	await tangles(["init", "--max-tcn", "5"], env);
	const stencils = ward.db.collection("arborescent_stencils");
	await stencils.deleteOne({ rootstock_tcn: 1, scion_tcn: 2 });
	await stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 3 }, { $set: { state: 7 } });
	const { code, lines } = await ward.look(env);
	expect(code).toBe(1);
	expect(bad(lines)).toMatchObject([
		{ part: "leftovers", state: "warn", text: expect.stringContaining("(1+2)"), hint: "tangles recover" },
		{
			part: "leftovers",
			state: "fail",
			text: expect.stringContaining("found 7"),
			hint: expect.stringContaining("--restart"),
		},
	]);
});
