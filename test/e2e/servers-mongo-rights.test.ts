import { expect, test } from "bun:test";
import type { DoctorLine } from "../../src/base/doctor-line.ts";
import { Enumeration } from "../support/enumeration.ts";
import { firstPages, pushJob } from "../support/jobs.ts";
import { MongoUser, type Rights } from "../support/mongo-user.ts";
import { OwnServers, shared, type Variables } from "../support/servers.ts";
import { tangles } from "../support/tangles.ts";

/** An enumeration, one batch, and a user who may do no more than `rights` there. */
class Place implements AsyncDisposable {
	readonly run: Enumeration;
	readonly env: Variables;
	readonly #user: MongoUser;

	private constructor(run: Enumeration, user: MongoUser) {
		this.run = run;
		this.#user = user;
		this.env = { ...run.env, TANGLES_MONGO_URI: user.uri, PATH: process.env.PATH ?? "" };
	}

	static async create(rights: Rights, faktory = shared.faktory()): Promise<Place> {
		const components = "{ Sample: { event: Batch_Sampled, command: [echo] } }";
		const run = await Enumeration.create({ mongo: shared.mongoAuth(), faktory, components });
		expect(await run.run("init", "--max-tcn", "5")).toMatchObject({ code: 0 });
		expect(await run.run("batches", "add", "B1-RT1", "--type", "Newspaper")).toMatchObject({ code: 0 });
		return new Place(run, await MongoUser.create(run.db.databaseName, rights));
	}

	get grant(): string {
		return `grant the user readWrite on ${this.run.db.databaseName}`;
	}

	/** All that is stored, as text. */
	async stored(): Promise<string> {
		const collections = (await this.run.db.listCollections().toArray()).map(({ name }) => name).toSorted();
		const documents = collections.map(async (name) => [name, await this.run.db.collection(name).find().toArray()]);
		return JSON.stringify(await Promise.all(documents));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#user[Symbol.asyncDispose]();
		await this.run[Symbol.asyncDispose]();
	}
}

test.each([
	["only read", "read", "remove"],
	["not delete", ["find", "insert", "update", "listCollections", "listIndexes"], "remove"],
] as const)(
	"doctor by a user who may %s: the line fails, with the role to grant, and nothing is left",
	async (_, rights, action) => {
		await using place = await Place.create(rights);
		const before = await place.stored();
		const began = performance.now();
		const { code, out } = await tangles(["doctor", "--json"], place.env);
		expect(performance.now() - began).toBeLessThan(10_000);
		expect(code).toBe(1);
		const lines: readonly DoctorLine[] = JSON.parse(out).lines;
		const { databaseName } = place.run.db;
		expect(lines.filter(({ state }) => state !== "ok")).toEqual([
			{
				part: "mongo",
				state: "fail",
				text: expect.stringMatching(
					new RegExp(`^rights: may not write and delete in ${databaseName}: .* refuses: not authorized .*${action}`),
				),
				hint: expect.stringContaining(place.grant),
			},
		]);
		expect(lines.at(-1)?.part).toBe("leftovers");
		expect(await place.stored()).toBe(before);
	},
);

test("a user who may only read can look at everything", async () => {
	await using place = await Place.create("read");
	const before = await place.stored();
	for (const line of [
		...["init --dry-run", "produce --dry-run", "recover --dry-run", "verify --tcn 2", "status"],
		...["batches ls", "batches show B1-RT1", "batches touch B1-RT1 --dry-run", "component Sample --dry-run"],
	]) {
		expect({ line, ...(await tangles(line.split(" "), place.env)) }).toMatchObject({ line, code: 0 });
	}
	expect(await place.stored()).toBe(before);
});

test("whatever writes is refused to that user: 77, with the role to grant; nothing is stored, worked on or held", async () => {
	await using place = await Place.create("read");
	const { run, env } = place;
	await run.stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 2 }, { $set: { state: 1 } });
	const before = await place.stored();
	for (const line of [
		...["init --max-tcn 7", "produce", "produce --no-lock", "recover", "component Sample"],
		...["batches add B2-RT1 --type Newspaper", "batches touch B1-RT1", "batches event B1-RT1 X --success"],
	]) {
		const { code, err } = await tangles(line.split(" "), env);
		expect({ line, code, err }).toMatchObject({ line, code: 77, err: expect.stringContaining(place.grant) });
		expect(err).not.toContain("out of reach");
		expect(err).not.toContain("forced exit");
	}
	expect(await place.stored()).toBe(before);
	expect(JSON.parse((await tangles(["locks", "ls", "--json"], env)).out).locks).toEqual([]);
	await using eye = await run.eye();
	expect(await eye.size()).toBe(0);
});

test("a worker whose user may only read stops with 77 at its first job, and hands it back with the reason", async () => {
	await using servers = await OwnServers.start(["faktory"]);
	await using place = await Place.create("read", servers.faktory);
	const { run, env } = place;
	await using eye = await run.eye();
	const job = await firstPages(run, 1, 2);
	const jid = await pushJob(eye, job);
	await pushJob(eye, job);
	const before = await place.stored();
	const { code, out, err } = await tangles(["work", "--json", "--concurrency", "1"], env);
	expect({ code, err }).toMatchObject({ code: 77, err: expect.stringContaining(place.grant) });
	const events = out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(events.filter(({ event }) => event === "job-failed")).toEqual([
		{
			...{ time: expect.any(String), event: "job-failed", jid, errtype: "Refused", handed_back: false },
			message: expect.stringContaining("not authorized on"),
		},
	]);
	expect(await eye.counters()).toMatchObject({ retries: 1, working: 0, dead: 0 });
	expect(await eye.size()).toBe(1);
	expect(await place.stored()).toBe(before);
});

test("status by a user who may not even read: the rest is shown, 77 at once, and no word of an outage", async () => {
	await using place = await Place.create(["listCollections"]);
	const { code, out, err } = await tangles(["status", "--json"], place.env);
	const status = JSON.parse(out);
	expect({ code, ...status }).toMatchObject({ code: 77, enumeration: null, line: null, queue: {}, locks: {} });
	for (const { error } of status.errors) expect(error).toContain("not authorized on");
	expect(err).toContain(place.grant);
	expect(err).not.toContain("out of reach");
	expect(err).not.toContain("forced exit");
});
