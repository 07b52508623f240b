import type { Collection } from "mongodb";
import type { KeptReport } from "../../line/batches/reports.ts";
import type { Mongo } from "./connection.ts";
import { isDuplicate } from "./errors.ts";

interface ReportDocument {
	/** `<full id> <key>` */
	readonly _id: string;
	readonly batch: string;
	readonly type: string;
	readonly time: Date;
	readonly details: string;
}

/** Details in full that batches no longer have in their documents, in `<collection>_reports`. */
export class BatchReports {
	readonly #mongo: Mongo;
	readonly #collection: Collection<ReportDocument>;

	constructor(mongo: Mongo, collection: string) {
		this.#mongo = mongo;
		this.#collection = mongo.db.collection(`${collection}_reports`);
	}

	/** Inserts those that are not there: each `_id` follows from what is in the document. */
	async keep(reports: readonly KeptReport[], signal?: AbortSignal): Promise<void> {
		const documents = reports.map(({ key, ...report }) => ({ _id: `${report.batch} ${key}`, ...report }));
		await this.#mongo.call(async () => {
			try {
				await this.#collection.insertMany(documents, { ordered: false });
			} catch (error) {
				if (!isDuplicate(error)) throw error;
			}
		}, signal && { signal });
	}

	/** The details of the batch under that key; undefined where there are none. */
	async details(batch: string, key: string, signal?: AbortSignal): Promise<string | undefined> {
		const find = () => this.#collection.findOne({ _id: `${batch} ${key}` });
		return (await this.#mongo.call(find, signal && { signal }))?.details;
	}
}
