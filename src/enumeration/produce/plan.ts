import { PageCatalog } from "../stencils/catalog.ts";
import { CompleteTcns } from "../stencils/complete.ts";
import { MemoryCollection, MemoryStencils } from "../stencils/in-memory.ts";
import { openStencils, withoutSpares } from "../stencils/order.ts";
import { Pairs } from "../stencils/pairs.ts";
import type { Stencil, TanglePages } from "../stencils/ports.ts";
import type { Reopening, StencilReader } from "../stencils/term.ts";

/** What a plan reads. */
export interface PlanSources {
	readonly store: StencilReader;
	readonly tangles: TanglePages;
	readonly pageSize: number;
}

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

/**
 * What would be pushed now, in its order: what is open of the lowest TCN that is not complete, where TCNs without
 * stencils, such as 2, are passed as a run passes them. Where that is a TCN that counts as complete, `warn` is called,
 * and it is opened again as a run does it, in a copy in memory. Reads only.
 */
export async function plan(
	{ store, tangles, pageSize }: PlanSources,
	untilTcn: number | undefined,
	warn: (text: string) => void,
): Promise<PlannedStencil[]> {
	const enumeration = await store.enumeration();
	const { completedTcn, maxTcn } = enumeration;
	let stencils = withoutSpares(await store.stencils());
	const complete = CompleteTcns.of(enumeration, stencils);
	const goal = Math.min(maxTcn, untilTcn ?? maxTcn);
	let tcn = complete.upTo + 1;
	const catalog = new PageCatalog(tangles, pageSize);
	catalog.admit(complete);
	if (complete.upTo < completedTcn) {
		warn(`TCN ${tcn} counts as complete, but is not: it would be finished first, and all above it pushed again`);
		const counters = enumeration.baseline?.tcn === tcn ? "keep" : "drop";
		stencils = await reopenedCopy(store, { tcn, counters });
	} else {
		while (tcn <= goal && !stencils.some((stencil) => stencil.tcn === tcn)) tcn += 1;
		if (tcn > complete.upTo + 1)
			catalog.admit(CompleteTcns.of({ completedTcn: tcn - 1, baseline: undefined }, stencils));
	}
	if (tcn > goal) return [];
	const planned: PlannedStencil[] = [];
	for (const stencil of openStencils(stencils, tcn)) {
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

/** The stencils as they are once a TCN is opened again. */
async function reopenedCopy(store: StencilReader, reopening: Reopening): Promise<Stencil[]> {
	const copy = new MemoryStencils(new MemoryCollection(await store.snapshot(), store.name));
	const term = await copy.takeOver();
	await term.reopenTcn(reopening);
	return withoutSpares(await copy.stencils());
}
