import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collection, type Document, MongoClient } from "mongodb";
import { Secret } from "../../src/base/secret.ts";
import { BatchImport } from "../../src/servers/mongo/batch-import.ts";
import { MongoBatchStore } from "../../src/servers/mongo/batch-store.ts";
import { type Mongo, openMongo } from "../../src/servers/mongo/connection.ts";
import { MongoIntakeStore } from "../../src/servers/mongo/intake-store.ts";
import { keptLog } from "./config-folder.ts";
import { dropDatabase } from "./drop-database.ts";
import { shared, type Variables } from "./servers.ts";
import { type Ended, Run } from "./tangles.ts";

/** The engines that the same tests run on. */
export const ENGINES = { SecantusDB: shared.mongo, FerretDB: shared.ferretdb };

export interface BatchDocument extends Document {
	_id: string;
}

/** A batch collection of a test's own, its stores, and runs of the binary on it. */
export class Library implements AsyncDisposable {
	readonly batches: Collection<BatchDocument>;
	readonly folder: string;
	readonly #client: MongoClient;
	readonly #database: string;
	readonly #uri: string;
	readonly #open: Mongo[] = [];

	private constructor(uri: string, database: string, folder: string) {
		this.#uri = uri;
		this.#database = database;
		this.folder = folder;
		this.#client = new MongoClient(uri);
		this.batches = this.#client.db(database).collection("batches");
	}

	static async create(uri = shared.mongo()): Promise<Library> {
		const database = `t${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
		const folder = await mkdtemp(join(tmpdir(), "tangles-library-"));
		await writeFile(join(folder, "tangles.yaml"), `db-connection-info: { database: ${database} }\n`);
		return new Library(uri, database, folder);
	}

	/** A client of its own, on the library's database. */
	mongo(uri = this.#uri): Mongo {
		const config = { uri: new Secret(uri), address: new URL(uri).host, database: this.#database };
		const mongo = openMongo(config, 180_000, keptLog());
		this.#open.push(mongo);
		return mongo;
	}

	/** A store with a client of its own, to the server or whatever stands before it. */
	store(uri = this.#uri, collection = "batches"): MongoBatchStore {
		return new MongoBatchStore(this.mongo(uri), collection);
	}

	intakeStore(uri = this.#uri): MongoIntakeStore {
		return new MongoIntakeStore(this.mongo(uri), "batches");
	}

	bulk(uri = this.#uri, collection = "batches"): BatchImport {
		return new BatchImport(this.mongo(uri), collection);
	}

	env(uri = this.#uri): Variables {
		return { TANGLES_MONGO_URI: uri };
	}

	start(...words: readonly string[]): Run {
		return new Run(words, this.env(), this.folder);
	}

	async run(...words: readonly string[]): Promise<Ended> {
		return await this.start(...words).ended();
	}

	/** A run that is given `input` on stdin. */
	async feed(input: string | Uint8Array, ...words: readonly string[]): Promise<Ended> {
		return await new Run(words, this.env(), this.folder, [], new Blob([input])).ended();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#open.map((mongo) => mongo.close()));
		await dropDatabase(this.batches.db);
		await this.#client.close();
		await rm(this.folder, { recursive: true });
	}
}
