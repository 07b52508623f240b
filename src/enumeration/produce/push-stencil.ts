import { messageOf } from "../../base/fault.ts";
import type { PageCatalog } from "../stencils/catalog.ts";
import { nameOf, type Pairs, pairsOf } from "../stencils/pairs.ts";
import type { Stencil } from "../stencils/ports.ts";
import { STATE, shownState } from "../stencils/ports.ts";
import { admitJobs } from "./headroom.ts";
import type { ProducerAtWork } from "./producer.ts";
import { pushWindow } from "./window.ts";

/** Number of the first pair to push: the cursor's, or 0 where there is none or its pages are no more. */
function firstPair(stencil: Stencil, pairs: Pairs, producer: ProducerAtWork): number {
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
 * Its jobs are counted to its TCN, which must be the one in work. `onPushed` is called with the number of jobs of each
 * chunk once the server has them.
 * Throws the signal's reason when stopped, with the cursor behind all that the server has.
 */
export async function pushStencil(
	producer: ProducerAtWork,
	catalog: PageCatalog,
	open: Stencil,
	onPushed: (jobs: number) => void = () => {},
): Promise<void> {
	const { term, queue, settings, pageSize, signal, emit, log } = producer;
	const stencil = await term.claim(open.id);
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
	const before = stencil.progress?.tcn === tcn ? stencil.progress.pushed : 0;
	const progress = (next: number) => ({ tcn, pushed: before + next - first, total });
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
			onPushed(to - from);
		},
		save: async (next) => await term.update(id, { cursor: pairs.at(next), progress: progress(next) }),
		admit: async () =>
			await admitJobs(producer, id, (jobs) => {
				enqueued = jobs;
			}),
		onProgress: (next) => emit({ event: "progress", stencil: id, pushed: next, total, enqueued }),
		onUnsaved: (error) =>
			log.warn(`${nameOf(stencil)}: some jobs behind its cursor may be pushed again`, { cause: messageOf(error) }),
	});
	await term.update(id, { state: STATE.complete, cursor: null, progress: progress(total) });
	emit({ event: "stencil-complete", stencil: id, jobs: total - first, ms: ms() });
}
