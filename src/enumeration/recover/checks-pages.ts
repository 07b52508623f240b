import type { PageCatalog } from "../stencils/catalog.ts";
import { Pairs } from "../stencils/pairs.ts";
import type { Cursor, Stencil, TanglePages } from "../stencils/ports.ts";
import { type StencilSnapshot, stencilFrom } from "../stencils/snapshot.ts";
import { about } from "./checks-stencil.ts";
import type { Finding } from "./findings.ts";

/** The tangles, and how many of them make a page. */
export interface PageSource {
	readonly tangles: TanglePages;
	readonly pageSize: number;
}

/** Why the cursor's ids are not page starts, for people. */
async function offPage(cursor: Cursor, pairs: Pairs, stencil: Stencil, { pageSize, tangles }: PageSource) {
	const known = await tangles.look([cursor.rootstock, cursor.scion]);
	const side = (what: string, id: string, tcn: number, goodOnly: boolean) => {
		const tangle = known.get(id);
		if (tangle === undefined) return `its cursor's ${what} ${id} is no tangle`;
		if (tangle.tcn !== tcn) return `its cursor's ${what} ${id} is a tangle of TCN ${tangle.tcn}, not ${tcn}`;
		if (goodOnly && !tangle.good) return `its cursor's ${what} ${id} is not good`;
		return `its cursor's ${what} ${id} begins no page of ${pageSize}`;
	};
	const { rootstockTcn, scionTcn } = stencil;
	const wrong = [
		...(pairs.rootstocks.indexOf(cursor.rootstock) < 0
			? [side("rootstock", cursor.rootstock, rootstockTcn, false)]
			: []),
		...(pairs.scions.indexOf(cursor.scion) < 0 ? [side("scion", cursor.scion, scionTcn, true)] : []),
	];
	if (wrong.length > 0) return wrong.join("; ");
	const { total = "?" } = stencil.progress ?? {};
	return `its cursor is not at pair ${cursor.pair} of ${total}, where it was stored; there are ${pairs.total} pairs`;
}

/**
 * Looks at the pages of a stencil that is to be pushed, of which `push` was found. Gives that finding with the number
 * of its jobs, one more where its cursor is not on a page start, or another in its place where it has no pages.
 */
export async function checkPages(
	push: Finding,
	snapshot: StencilSnapshot,
	catalog: PageCatalog,
	source: PageSource,
): Promise<Finding[]> {
	const { tangles, pageSize } = source;
	const stencil = stencilFrom(snapshot);
	if (stencil === undefined) throw new Error(`${snapshot.name} was to be pushed, but is no stencil`);
	const rootstocks = await catalog.rootstocks(stencil.rootstockTcn);
	const scions = await catalog.scions(stencil.scionTcn);
	if (rootstocks.length === 0 || scions.length === 0) {
		const what =
			rootstocks.length === 0 ? `tangle of TCN ${stencil.rootstockTcn}` : `good tangle of TCN ${stencil.scionTcn}`;
		const how =
			"store the tangles of that TCN (`tangles init` stores the integral ones), or repair current_completed_tcn";
		return [about(snapshot, "empty-side", `${push.wrong}; there is no ${what} in ${tangles.name}`, { do: "ask", how })];
	}
	const pairs = new Pairs(stencil, rootstocks, scions, pageSize);
	const { first, total } = pairs;
	const counted: Finding = { ...push, repair: { do: "push", jobs: total - (first ?? 0) } };
	if (first !== undefined || stencil.cursor === undefined) return [counted];
	const wrong = await offPage(stencil.cursor, pairs, stencil, source);
	return [about(snapshot, "cursor-off-page", wrong, { do: "drop-cursor" }), counted];
}
