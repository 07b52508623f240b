import { Fault } from "../../base/fault.ts";
import type { PageCatalog } from "./catalog.ts";
import type { Pages } from "./pages.ts";
import type { Cursor, JobArguments, Stencil } from "./ports.ts";

/** The pairs of pages of one stencil in push order, numbered from 0, rootstock page outermost. */
export class Pairs {
	readonly rootstocks: Pages;
	readonly scions: Pages;
	readonly #stencil: Stencil;
	readonly #pageSize: number;

	constructor(stencil: Stencil, rootstocks: Pages, scions: Pages, pageSize: number) {
		this.#stencil = stencil;
		this.rootstocks = rootstocks;
		this.scions = scions;
		this.#pageSize = pageSize;
	}

	get total(): number {
		return this.rootstocks.length * this.scions.length;
	}

	/** Pair number `index`, 0 <= index < total. */
	at(index: number): Cursor {
		const scion = index % this.scions.length;
		return {
			rootstock: this.rootstocks.at((index - scion) / this.scions.length),
			scion: this.scions.at(scion),
			pair: index,
		};
	}

	/**
	 * Number of the first pair to push, which is the cursor's. Undefined where the cursor cannot be relied on: its ids
	 * begin no page, or another pair than the one it was stored for; or there are more pages by now.
	 */
	get first(): number | undefined {
		const { cursor, progress } = this.#stencil;
		if (cursor === undefined) return 0;
		const rootstock = this.rootstocks.indexOf(cursor.rootstock);
		const scion = this.scions.indexOf(cursor.scion);
		if (rootstock < 0 || scion < 0) return undefined;
		const at = rootstock * this.scions.length + scion;
		if (cursor.pair === undefined) return at;
		return cursor.pair === at && (progress?.total ?? this.total) === this.total ? at : undefined;
	}

	/** Arguments of the jobs from pair `from` up to, not including, `to`. */
	jobs(from: number, to: number): JobArguments[] {
		const { rootstockTcn, scionTcn } = this.#stencil;
		const jobs: JobArguments[] = [];
		let column = from % this.scions.length;
		for (let row = (from - column) / this.scions.length; jobs.length < to - from; row += 1, column = 0) {
			const rootstock = this.rootstocks.at(row);
			for (; column < this.scions.length && jobs.length < to - from; column += 1) {
				jobs.push([rootstock, rootstockTcn, this.scions.at(column), scionTcn, this.#pageSize]);
			}
		}
		return jobs;
	}
}

/** How a stencil is named in messages. */
export function nameOf({ id, rootstockTcn, scionTcn }: Stencil): string {
	return `stencil ${id} (rootstocks of TCN ${rootstockTcn}, scions of TCN ${scionTcn})`;
}

/** The stencil's pairs. Throws a Fault "data" that names it where one of its sides has no tangle at all. */
export async function pairsOf(stencil: Stencil, catalog: PageCatalog, pageSize: number): Promise<Pairs> {
	const rootstocks = await catalog.rootstocks(stencil.rootstockTcn);
	const scions = await catalog.scions(stencil.scionTcn);
	const missing =
		rootstocks.length === 0
			? `tangle of TCN ${stencil.rootstockTcn}`
			: scions.length === 0
				? `good tangle of TCN ${stencil.scionTcn}`
				: undefined;
	if (missing === undefined) return new Pairs(stencil, rootstocks, scions, pageSize);
	throw new Fault(
		"data",
		`${nameOf(stencil)}: there is no ${missing} in ${catalog.sourceName}; the stencil stays open`,
		{
			hint: "store the tangles of that TCN (`tangles init` stores the integral ones), or correct current_completed_tcn",
		},
	);
}
