import type { Collection } from "mongodb";
import type { Enumeration, Stencil } from "../../enumeration/stencils/ports.ts";
import type { CollectionSnapshot } from "../../enumeration/stencils/snapshot.ts";
import type { StencilReader } from "../../enumeration/stencils/term.ts";
import { CONFIG_ID, enumerationOf } from "./config-document.ts";
import type { Mongo } from "./connection.ts";
import { type StencilDocument, snapshotOf, stencilOf } from "./stencil-documents.ts";

/** Reads the stencil collection in MongoDB. See `StencilReader` for what it promises. */
export class MongoStencilReader implements StencilReader {
	readonly name: string;
	readonly #mongo: Mongo;
	readonly #collection: Collection<StencilDocument>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(collection);
		this.name = `${mongo.database}.${collection}`;
	}

	async enumeration(): Promise<Enumeration> {
		const document = await this.#mongo.call(() => this.#collection.findOne({ _id: CONFIG_ID }));
		return enumerationOf(document, this.name);
	}

	async stencils(): Promise<Stencil[]> {
		const documents = await this.#mongo.call(() => this.#collection.find({ _id: { $ne: CONFIG_ID } }).toArray());
		return documents
			.map((document) => stencilOf(document, this.name))
			.filter(({ rootstockTcn }) => rootstockTcn !== 0)
			.toSorted((a, b) => a.tcn - b.tcn || a.rootstockTcn - b.rootstockTcn);
	}

	async snapshot(): Promise<CollectionSnapshot> {
		return snapshotOf(await this.#mongo.call(() => this.#collection.find().toArray()));
	}
}
