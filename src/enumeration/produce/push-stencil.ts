import { messageOf } from "../../base/fault.ts";
import type { PageCatalog } from "../stencils/catalog.ts";
import { nameOf, type Pairs, pairsOf } from "../stencils/pairs.ts";
import type { Stencil } from "../stencils/ports.ts";
import { STATE, shownState } from "../stencils/ports.ts";
import { admitJobs } from "./headroom.ts";
import type { Producer } from "./producer.ts";
import { pushWindow } from "./window.ts";

/** Number of the first pair to push: the cursor's, or 0 where there is none or its pages are no more. */
function firstPair(stencil: Stencil, pairs: Pairs, producer: Producer): number {
	const { first } = pairs;
	if (first !== undefined) return first;
	producer.log.warn(
		`${nameOf(stencil)}: its cursor lies on no page start, or was moved; pushing it again from its beginning`,
		{
			rootstock: stencil.cursor?.rootstock,
			scion: stencil.cursor?.scion,
			page_size: producer.pageSize,
		},
	);
	return 0;
}

/**
 * Pushes one job for each pair of pages of a stencil that is not complete, from its cursor on, and completes it.
 * `round` is the TCN in work, to which the jobs are counted; `pushed` is told of the jobs of each chunk as the server has them.
 * Throws the signal's reason when stopped, with the cursor behind all that the server has.
 */
export async function pushStencil(
	producer: Producer,
	catalog: PageCatalog,
	open: Stencil,
	round: number,
	pushed: (jobs: number) => void,
): Promise<void> {
	const { store, queue, settings, pageSize, signal, emit, log } = producer;
	const stencil = await store.claim(open.id);
	if (stencil === undefined) return;
	const { id, tcn } = stencil;
	const began = performance.now();
	const ms = () => Math.round(performance.now() - began);
	emit({
		event: "stencil-started",
		stencil: id,
		tcn,
		rootstock_tcn: stencil.rootstockTcn,
		scion_tcn: stencil.scionTcn,
		resumed: open.state !== STATE.new,
		was: shownState(open),
	});
	const pairs = await pairsOf(stencil, catalog, pageSize);
	const first = firstPair(stencil, pairs, producer);
	const { total } = pairs;
	emit({
		event: "pages",
		stencil: id,
		rootstock_pages: pairs.rootstocks.length,
		scion_pages: pairs.scions.length,
		jobs: total,
		pushed_before: first,
		ms: ms(),
	});
	const before = stencil.progress?.round === round ? stencil.progress.pushed : 0;
	const progress = (next: number) => ({ round, pushed: before + next - first, total });
	let enqueued = 0;
	await pushWindow({
		first,
		total,
		chunk: settings.chunk,
		window: settings.window,
		signal,
		push: async (from, to, stop) => {
			await producer.ensureHeld();
			await queue.push(pairs.jobs(from, to), stop);
			pushed(to - from);
		},
		save: async (next) => await store.update(id, { cursor: pairs.at(next), progress: progress(next) }),
		admit: async () =>
			await admitJobs(producer, id, (jobs) => {
				enqueued = jobs;
			}),
		onProgress: (next) => emit({ event: "progress", stencil: id, pushed: next, total, enqueued }),
		onUnsaved: (error) =>
			log.warn(`${nameOf(stencil)}: some jobs behind its cursor may be pushed again`, { cause: messageOf(error) }),
	});
	await store.update(id, { state: STATE.complete, cursor: null, progress: progress(total) });
	emit({ event: "stencil-complete", stencil: id, jobs: total - first, ms: ms() });
}
