import { ObjectId } from "mongodb";
import { stencilIdOf, stencilsUpTo } from "../../src/enumeration/stencils/stencils.ts";
import { Enumeration, type Placing } from "./enumeration.ts";
import type { Ended } from "./tangles.ts";

export type Stored = { _id: ObjectId | string; [field: string]: unknown };

type Fields = Readonly<Record<string, unknown>>;

/** TCN up to which all is complete, the one in work, and the last. */
export const COMPLETED = 6;
export const MAX = 9;
/** Tangles of each TCN from 1 to COMPLETED, all good; three pages of two. */
const TANGLES = 6;

export const stencilId = (rootstockTcn: number, scionTcn: number) =>
	new ObjectId(stencilIdOf({ rootstockTcn, scionTcn }));

/** A stencil as `init` makes it, with other fields. */
export function stencil(rootstockTcn: number, scionTcn: number, fields: object = {}): Stored {
	const numbers = { rootstock_tcn: rootstockTcn, scion_tcn: scionTcn, TCN: rootstockTcn + scionTcn };
	return { _id: stencilId(rootstockTcn, scionTcn), ...numbers, state: 0, ...fields };
}

/** A sound enumeration in the middle of its work: all complete up to COMPLETED, nothing begun above. */
export class RecoverScene implements AsyncDisposable {
	readonly run: Enumeration;
	/** Ids of the tangles by TCN, in their order. */
	readonly ids: ReadonlyMap<number, readonly string[]>;

	private constructor(run: Enumeration, ids: ReadonlyMap<number, readonly string[]>) {
		this.run = run;
		this.ids = ids;
	}

	static async create(placing: Placing = {}, tangles = TANGLES): Promise<RecoverScene> {
		await using begun = new AsyncDisposableStack();
		const run = begun.use(await Enumeration.create({ pageSize: 2, ...placing }));
		const ids = new Map<number, readonly string[]>();
		for (let tcn = 1; tcn <= COMPLETED; tcn += 1) ids.set(tcn, await run.addTangles(tcn, tangles, true));
		await run.stencils.insertMany([
			{ _id: "config", current_completed_tcn: COMPLETED, max_tcn: MAX },
			...stencilsUpTo(MAX).map(({ rootstockTcn: j, scionTcn: k }) =>
				stencil(j, k, j + k <= COMPLETED ? { state: 3 } : {}),
			),
		]);
		begun.move();
		return new RecoverScene(run, ids);
	}

	/** The pair of page starts, or other tangles, by their places. */
	cursor(rootstockTcn: number, rootstock: number, scionTcn: number, scion: number) {
		const at = (tcn: number, place: number) => new ObjectId(this.ids.get(tcn)?.[place]);
		return { rootstock: at(rootstockTcn, rootstock), scion: at(scionTcn, scion) };
	}

	async set(rootstockTcn: number, scionTcn: number, fields: Fields, unset: Record<string, ""> = {}): Promise<void> {
		await this.run.stencils.updateOne({ _id: stencilId(rootstockTcn, scionTcn) }, { $set: fields, $unset: unset });
	}

	async setConfig(fields: Fields): Promise<void> {
		await this.run.stencils.updateOne({ _id: "config" }, { $set: fields });
	}

	/** Every document by its id, without the epochs, which each run that writes raises. */
	async documents(): Promise<Map<string, object>> {
		const all = await this.run.stencils.find().toArray();
		return new Map(all.map(({ _id, epoch: _, ...fields }) => [String(_id), fields]));
	}

	/** Every document, as it is. */
	async all(): Promise<Stored[]> {
		return (await this.run.stencils.find().toArray()).toSorted((a, b) => (String(a._id) < String(b._id) ? -1 : 1));
	}

	async recover(...words: string[]): Promise<Ended & { report: Report }> {
		const ended = await this.run.run("recover", "--json", "--no-lock", ...words);
		if (ended.out === "") throw new Error(`no report, exit ${ended.code}: ${ended.err}`);
		return { ...ended, report: JSON.parse(ended.out) };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.run[Symbol.asyncDispose]();
	}
}

export interface Report {
	readonly collection: string;
	readonly dry_run: boolean;
	readonly findings: readonly {
		readonly finding: string;
		readonly document: string;
		readonly stencil: string;
		readonly wrong: string;
		readonly outcome: string;
		readonly repair: string;
	}[];
	readonly jobs: number;
}
