import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { ComponentScene } from "../support/component-scene.ts";
import { Enumeration } from "../support/enumeration.ts";
import { ReplicaSet } from "../support/replica-set.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { Run, tangles } from "../support/tangles.ts";

/** One set for all: each test has a database of its own. */
let set: ReplicaSet;
/** Of this file's own: a TCN is complete when nothing at all is left to do on its server. */
let servers: OwnServers;
beforeAll(async () => {
	servers = await OwnServers.start(["faktory"]);
	set = await ReplicaSet.start(shared.mongo());
}, 60_000);
beforeEach(() => {
	set.asked.length = 0;
});
afterAll(async () => {
	await set[Symbol.asyncDispose]();
	await servers[Symbol.asyncDispose]();
});

/** Options that lead reads to the secondary, or weaken what is read or written. */
const WEAKENING = [
	"&readPreference=secondaryPreferred",
	"&readPreference=secondary",
	"&readPreference=nearest&maxStalenessSeconds=120",
	"&readPreference=secondaryPreferred&readPreferenceTags=dc:near&readPreferenceTags=",
	"&readConcernLevel=available",
	"&readConcernLevel=majority",
	"&w=1&journal=false",
	"&w=0",
	"&w=majority&wtimeoutMS=1",
	"&j=false&fsync=false&wtimeout=1",
	"&socketTimeoutMS=1",
	"&serverSelectionTimeoutMS=1&connectTimeoutMS=1&waitQueueTimeoutMS=1&timeoutMS=1",
	"&promoteLongs=false&useBigInt64=false&promoteValues=false&raw=true&forceServerObjectId=true",
];

/** An enumeration whose runs see the set; the secondary has what the database holds at `freeze`. */
async function enumeration(options: string, pageSize = 1): Promise<Enumeration & { through: Record<string, string> }> {
	const run = await Enumeration.create({ pageSize, producer: "patience: 20s", faktory: servers.faktory });
	return Object.assign(run, { through: { ...run.env, TANGLES_MONGO_URI: set.uri(options) } });
}

/** What the secondary was asked for. */
const strayed = () => set.asked.filter(({ member }) => member === "secondary");

const TANGLES = "arborescent_tangles";

test("TCN 4 produced, worked off and verified beside a secondary that lags: 20 of 20, nothing asked of it", async () => {
	await using run = await enumeration("&readPreference=secondaryPreferred", 2);
	expect(await tangles(["init", "--max-tcn", "4"], run.env)).toMatchObject({ code: 0 });
	await set.freeze(run.db.databaseName, TANGLES);
	await using worker = new Run(["work", "--concurrency", "1"], run.through);
	expect(await tangles(["produce", "-q", "--until-tcn", "4"], run.through)).toEqual({ code: 0, out: "", err: "" });
	worker.kill("SIGTERM");
	await worker.ended();
	const proof = await tangles(["verify", "--json"], run.through);
	expect(JSON.parse(proof.out)).toMatchObject({ tcn: 4, computed: 20, stored: 20, missing: 0 });
	expect(strayed()).toEqual([]);
	await set.thaw(run.db.databaseName);
}, 120_000);

test.each(WEAKENING)("%s: every page is found, by the primary and the promised concerns alone", async (options) => {
	await using run = await enumeration(options);
	// Every stencil is there, and one of them is open.
	await tangles(["init", "--max-tcn", "7"], run.env);
	await run.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 6 } });
	await run.stencils.updateMany({ _id: { $ne: "config" } }, { $set: { state: 3 } });
	await run.stencils.updateOne({ rootstock_tcn: 3, scion_tcn: 4 }, { $set: { state: 0 } });
	await run.tangles.deleteMany({ TCN: { $in: [3, 4] } });
	await run.addTangles(3, 2, true);
	await run.addTangles(4, 1, true);
	await set.freeze(run.db.databaseName, TANGLES);
	await run.addTangles(3, 2, true, 2);
	await run.addTangles(4, 3, true, 1);
	const ended = await tangles(["produce", "-q", "--once"], run.through);
	expect(ended).toEqual({ code: 0, out: "", err: "" });
	await using eye = await run.eye();
	expect(await eye.size()).toBe(16);
	expect(strayed()).toEqual([]);
	const levels = new Set(set.asked.map(({ readConcern }) => (readConcern as { level?: string })?.level));
	expect([...levels].filter((level) => level !== undefined && level !== "local")).toEqual([]);
	const written = set.asked.filter(({ command }) => ["insert", "update", "findAndModify"].includes(command));
	expect(written.length).toBeGreaterThan(0);
	for (const { writeConcern } of written) expect(writeConcern).toEqual({ w: "majority", j: true });
	await set.thaw(run.db.databaseName);
});

test("a component: the batch that is done is not taken from the secondary's old copy", async () => {
	await using scene = await ComponentScene.create();
	const env = { TANGLES_MONGO_URI: set.uri("&readPreference=secondary") };
	const [id = ""] = await scene.archived(1);
	await set.freeze(scene.database);
	const words = ["component", "Sample", "--", "sh", "-c", 'echo "$1" >>"$0/log"', scene.folder];
	expect(await scene.command(words, env).ended()).toMatchObject({ code: 0 });
	await scene.command(words, env).ended();
	expect(await scene.lines("log")).toEqual([id]);
	expect(await scene.outcomes(id)).toEqual([true]);
	expect(await scene.command(["batches", "event", id, "Checked", "--success"], env).ended()).toMatchObject({ code: 0 });
	expect(strayed()).toEqual([]);
	await set.thaw(scene.database);
});

test("recover and init: what is there is read from the primary", async () => {
	await using run = await enumeration("&readPreference=secondaryPreferred");
	await run.prepare(1, 4, [1, 2]);
	await set.freeze(run.db.databaseName);
	expect(await tangles(["init", "--max-tcn", "4"], run.through)).toMatchObject({ code: 0 });
	expect((await tangles(["recover", "--dry-run"], run.through)).out).not.toContain("missing");
	expect(await run.stencils.countDocuments({ _id: { $ne: "config" } })).toBe(3);
	expect(strayed()).toEqual([]);
	await set.thaw(run.db.databaseName);
});

test("status and batches ls follow the URI's read preference; doctor tells what is overridden", async () => {
	await using scene = await ComponentScene.create();
	const env = { TANGLES_MONGO_URI: set.uri("&readPreference=secondary&w=1&timeoutMS=5") };
	const [id = ""] = await scene.archived(1);
	await set.freeze(scene.database);
	const listed = await scene.command(["batches", "ls"], env).ended();
	expect(listed).toMatchObject({ code: 0, err: "" });
	expect(listed.out).toContain(id);
	expect(set.take("secondary")).toContain("find");
	expect(await scene.command(["status"], env).ended()).toMatchObject({ code: 0, err: "" });
	expect(set.take("secondary")).not.toEqual([]);
	const { out } = await scene.command(["doctor", "--json"], env).ended();
	const told = (JSON.parse(out).lines as { state: string; text: string }[])
		.filter(({ text }) => text.includes("the address says"))
		.map(({ state, text }) => `${state} ${text.split(" ")[3]}`);
	expect(told).toEqual(["warn readPreference=secondary,", "warn w=1,", "ok timeoutMS=5,"]);
	expect(set.take("secondary")).toEqual([]);
	await set.thaw(scene.database);
});

test("a direct connection to a secondary decides nothing: 69, and it is named", async () => {
	await using run = await Enumeration.create({ producer: "patience: 2s" });
	await run.prepare(6, 7, [3, 4]);
	const uri = `mongodb://${set.address("secondary")}/?directConnection=true`;
	for (const words of [["produce", "--once"], ["verify"], ["recover", "--dry-run"]]) {
		const { code, err } = await tangles(words, { ...run.env, TANGLES_MONGO_URI: uri });
		expect(code).toBe(69);
		expect(err).toContain(`${set.address("secondary")} is a secondary of the replica set rs-test`);
		expect(err).toContain("directConnection");
	}
	expect(strayed()).toEqual([]);
});

test("a set without a primary: 69, the members are named", async () => {
	await using run = await Enumeration.create({ producer: "patience: 2s" });
	set.hasPrimary = false;
	try {
		const { code, err } = await tangles(["verify"], { ...run.env, TANGLES_MONGO_URI: set.uri() });
		expect(code).toBe(69);
		expect(err).toContain("the replica set rs-test has no primary");
		expect(err).toContain(set.address("secondary"));
	} finally {
		set.hasPrimary = true;
	}
});

test.each(["zlib", "zstd"])("compressors=%s where the server offers it: messages come compressed", async (name) => {
	await using run = await enumeration(`&compressors=${name}`);
	set.says.primary = { compression: [name] };
	set.compressed = 0;
	try {
		expect(await tangles(["init", "--max-tcn", "4"], run.through)).toMatchObject({ code: 0, err: "" });
		expect(set.compressed).toBeGreaterThan(5);
	} finally {
		set.says.primary = {};
	}
});
