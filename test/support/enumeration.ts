import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, MongoClient, ObjectId } from "mongodb";
import { dropDatabase } from "./drop-database.ts";
import { QueueEye } from "./queue.ts";
import { shared, type Variables } from "./servers.ts";
import { type Ended, Run, tangles } from "./tangles.ts";

/** On a busy host the embedded engine was seen to answer nobody for a minute: see `drop-database.ts`. */
const PATIENCE = "3m";

export interface Placing {
	readonly mongo?: string;
	readonly faktory?: string;
	readonly pageSize?: number;
	/** More keys of the section producer, as YAML. */
	readonly producer?: string;
	readonly zookeeper?: string;
	readonly sessionTimeout?: string;
	/** The section components, as YAML. */
	readonly components?: string;
}

/** An id that sorts as `n` does. */
export const idOf = (tcn: number, n: number) =>
	new ObjectId(tcn.toString(16).padStart(8, "0") + n.toString(16).padStart(16, "0"));

/** An enumeration of a test's own: database, queue, config file. */
export class Enumeration implements AsyncDisposable {
	readonly db: Db;
	readonly env: Variables;
	readonly queue: string;
	readonly #client: MongoClient;
	readonly folder: string;
	readonly #faktory: string;

	private constructor(client: MongoClient, name: string, folder: string, env: Variables, faktory: string) {
		this.#client = client;
		this.db = client.db(name);
		this.env = env;
		this.queue = name;
		this.folder = folder;
		this.#faktory = faktory;
	}

	static async create(placing: Placing = {}): Promise<Enumeration> {
		const name = `t${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
		const folder = await mkdtemp(join(tmpdir(), "tangles-run-"));
		const file = join(folder, "tangles.yaml");
		const { producer = "" } = placing;
		const lines = [
			`faktory-connection-info: { queue: ${name} }`,
			`db-connection-info: { database: ${name} }`,
			`tangle-collections: { page_size: ${placing.pageSize ?? 500} }`,
			`producer: { poll: 50ms, ${producer.includes("patience") ? "" : `patience: ${PATIENCE}, `}${producer} }`,
		];
		if (placing.sessionTimeout !== undefined) {
			lines.push(`zookeeper-connection-info: { session-timeout: ${placing.sessionTimeout} }`);
		}
		if (placing.components !== undefined) lines.push(`components: ${placing.components}`);
		await writeFile(file, lines.join("\n"));
		const mongo = placing.mongo ?? shared.mongo();
		const faktory = placing.faktory ?? shared.faktory();
		const env = {
			TANGLES_CONFIG: file,
			TANGLES_MONGO_URI: mongo,
			FAKTORY_URL: faktory,
			TANGLES_ZOOKEEPER: `${placing.zookeeper ?? shared.zookeeper()}/${name}`,
		};
		return new Enumeration(new MongoClient(mongo), name, folder, env, faktory);
	}

	get stencils() {
		return this.db.collection<{ _id: ObjectId | string; [key: string]: unknown }>("arborescent_stencils");
	}

	get tangles() {
		return this.db.collection("arborescent_tangles");
	}

	/** The config document, and one stencil (j, k) for each pair given, all new. */
	async prepare(completed: number, max: number, ...pairs: readonly (readonly [number, number])[]): Promise<ObjectId[]> {
		await this.stencils.insertOne({ _id: "config", current_completed_tcn: completed, max_tcn: max });
		return await Promise.all(
			pairs.map(async ([j, k]) => await this.addStencil({ rootstock_tcn: j, scion_tcn: k, TCN: j + k })),
		);
	}

	async addStencil(fields: object): Promise<ObjectId> {
		const _id = new ObjectId();
		await this.stencils.insertOne({ _id, state: 0, ...fields });
		return _id;
	}

	/** `count` tangles of `tcn`, in an order that is not that of their ids. Gives the ids in their order. */
	async addTangles(tcn: number, count: number, good: boolean, from = 0): Promise<string[]> {
		const ids = Array.from({ length: count }, (_, n) => idOf(tcn, from + n));
		const documents = ids.map((_id, n) => ({ _id, notation: `${tcn} ${from + n}`, TCN: tcn, is_good: good }));
		await this.tangles.insertMany([
			...documents.filter((_, n) => n % 2 === 1),
			...documents.filter((_, n) => n % 2 === 0).reverse(),
		]);
		return ids.map(String);
	}

	async stencil(id: ObjectId) {
		return await this.stencils.findOne({ _id: id });
	}

	async config() {
		return await this.stencils.findOne({ _id: "config" });
	}

	async run(...words: string[]): Promise<Ended> {
		return await tangles(words, this.env);
	}

	start(...words: string[]): Run {
		return new Run(words, this.env);
	}

	async eye(): Promise<QueueEye> {
		return await QueueEye.open(this.#faktory, this.queue);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await dropDatabase(this.db);
		await this.#client.close();
		await rm(this.folder, { recursive: true });
	}
}
