import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../src/base/secret.ts";
import type { Batch } from "../../src/line/batches/batch.ts";
import { requireBatch } from "../../src/line/batches/change.ts";
import { appended } from "../../src/line/batches/events.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import type { WorkReport } from "../../src/line/component/report.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import { type Mongo, openMongo } from "../../src/servers/mongo/connection.ts";
import { keptLog } from "./config-folder.ts";
import { dropDatabase } from "./drop-database.ts";
import { LockScene } from "./lock-scene.ts";
import { MongoProxy } from "./mongo-proxy.ts";
import { shared, type Variables } from "./servers.ts";
import { type Ended, Run } from "./tangles.ts";

/** The component of most tests: it takes what is archived and not sampled. */
export const SAMPLE = { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled" };

export interface Staging {
	readonly components?: Readonly<Record<string, object>>;
	readonly sessionTimeout?: string;
	readonly patience?: string;
	/** The MongoDB server; the shared SecantusDB unless said otherwise. */
	readonly mongo?: string;
}

/** A place of a test's own for components: database, chroot, config, and proxies before both servers. */
export class ComponentScene implements AsyncDisposable {
	readonly locks: LockScene;
	readonly mongoProxy: MongoProxy;
	readonly store: MongoBatchStore;
	readonly folder: string;
	readonly database: string;
	readonly env: Variables;
	readonly #mongo: Mongo;
	#servers: object = {};

	private constructor(locks: LockScene, mongoProxy: MongoProxy, mongo: Mongo, folder: string) {
		this.locks = locks;
		this.mongoProxy = mongoProxy;
		this.#mongo = mongo;
		this.folder = folder;
		this.database = mongo.database;
		this.store = new MongoBatchStore(mongo, "batches");
		this.env = { PATH: process.env.PATH ?? "", TANGLES_CONFIG: join(folder, "tangles.yaml") };
	}

	static async create(staging: Staging = {}): Promise<ComponentScene> {
		const { sessionTimeout = "6s", patience = "20s", components = { Sample: SAMPLE } } = staging;
		const locks = await LockScene.create({ sessionTimeout });
		const target = staging.mongo ?? shared.mongo();
		const mongoProxy = await MongoProxy.start(target);
		const folder = await mkdtemp(join(tmpdir(), "tangles-line-"));
		const database = `t${crypto.randomUUID()}`;
		const uri = new Secret(target);
		const mongo = openMongo({ uri, address: "test", database }, 180_000, keptLog());
		const scene = new ComponentScene(locks, mongoProxy, mongo, folder);
		scene.#servers = {
			"db-connection-info": { uri: mongoProxy.uri(true), database },
			"zookeeper-connection-info": {
				connect: `${locks.proxy.address}${locks.chroot}`,
				"session-timeout": sessionTimeout,
			},
			producer: { patience },
		};
		await scene.config(components);
		return scene;
	}

	/** Writes the config file anew, with these components, and what it says of batches. */
	async config(components: Readonly<Record<string, object>>, batches: object = {}): Promise<void> {
		// JSON is YAML.
		await writeFile(join(this.folder, "tangles.yaml"), JSON.stringify({ ...this.#servers, batches, components }));
	}

	get stencils() {
		return this.#mongo.db.collection<{ _id: string; [field: string]: unknown }>("arborescent_stencils");
	}

	get batches() {
		return this.#mongo.db.collection<{ _id: string; [field: string]: unknown }>("batches");
	}

	/** Adds batches `B<from>-RT1`, ..., archived, the first one the oldest; gives their ids. */
	async archived(count: number, from = 1, type = "Newspaper"): Promise<string[]> {
		const ids = Array.from({ length: count }, (_, at) => `B${400_000_000_000 + from + at}-RT1`);
		const created = Date.now() - 1_000_000;
		const times = ids.map((id, at) => [id, new Date(created + from + at)] as const);
		for (const [id, time] of times) {
			const event = { type: "Data_Archived", success: true, time, agent: "test", details: "" };
			await this.store.add(appended(newBatch(parseBatchId(id), type, time), event));
		}
		return ids;
	}

	async batch(id: string): Promise<Batch> {
		return await requireBatch(this.store, id);
	}

	/** Whether each event of that type on the batch succeeded, in their order. */
	async outcomes(id: string, type = "Batch_Sampled"): Promise<boolean[]> {
		return (await this.batch(id)).events.filter((event) => event.type === type).map(({ success }) => success);
	}

	/** The report of the batch's last event. */
	async report(id: string): Promise<WorkReport> {
		return JSON.parse((await this.batch(id)).events.at(-1)?.details ?? "");
	}

	/** A run of the component by a shell script; `$0` is the scene's folder, `$1` the batch's id. */
	start(script: string, ...flags: readonly string[]): Run {
		return this.command(["component", "Sample", ...flags, "--", "sh", "-c", script, this.folder]);
	}

	command(words: readonly string[], env: Variables = {}, stdin?: Blob): Run {
		return new Run(words, { ...this.env, ...env }, this.folder, [], stdin);
	}

	async run(script: string, ...flags: readonly string[]): Promise<Ended> {
		return await this.start(script, ...flags).ended();
	}

	async lines(file: string): Promise<string[]> {
		return (await readFile(join(this.folder, file), "utf8")).trim().split("\n");
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await dropDatabase(this.#mongo.db);
		await this.#mongo.close();
		await this.mongoProxy[Symbol.asyncDispose]();
		await this.locks[Symbol.asyncDispose]();
		await rm(this.folder, { recursive: true });
	}
}
