import { PageCatalog } from "../stencils/catalog.ts";
import { openStencils } from "../stencils/order.ts";
import { Pairs } from "../stencils/pairs.ts";
import type { StencilStore, TanglePages } from "../stencils/ports.ts";

/** What a run would push for one stencil. */
export interface PlannedStencil {
	readonly stencil: string;
	readonly tcn: number;
	readonly rootstock_tcn: number;
	readonly scion_tcn: number;
	readonly rootstock_pages: number;
	readonly scion_pages: number;
	/** Jobs still to push. */
	readonly jobs: number;
	/** Jobs that an earlier run has pushed. */
	readonly pushed_before: number;
}

/** What is open now, in the order in which it would be pushed. Reads only. */
export async function plan(store: StencilStore, tangles: TanglePages, pageSize: number): Promise<PlannedStencil[]> {
	const { completedTcn, maxTcn } = await store.enumeration();
	if (maxTcn <= completedTcn) return [];
	const catalog = new PageCatalog(tangles, pageSize);
	const planned: PlannedStencil[] = [];
	for (const stencil of openStencils(await store.stencils(), completedTcn + 1)) {
		const { id, tcn, rootstockTcn, scionTcn } = stencil;
		const rootstocks = await catalog.rootstocks(rootstockTcn);
		const scions = await catalog.scions(scionTcn);
		const pairs = new Pairs(stencil, rootstocks, scions, pageSize);
		const pushed = pairs.first ?? 0;
		planned.push({
			stencil: id,
			tcn,
			rootstock_tcn: rootstockTcn,
			scion_tcn: scionTcn,
			rootstock_pages: rootstocks.length,
			scion_pages: scions.length,
			jobs: pairs.total - pushed,
			pushed_before: pushed,
		});
	}
	return planned;
}
