import { expect } from "bun:test";
import { isFault } from "../../src/base/fault.ts";
import type { Producer } from "../../src/enumeration/produce/producer.ts";
import { recoverDry } from "../../src/enumeration/recover/dry-run.ts";
import { pushInterrupted } from "../../src/enumeration/recover/push-interrupted.ts";
import { type Recovered, recover } from "../../src/enumeration/recover/recover.ts";
import { type RecoverReport, reportOfRecovery } from "../../src/enumeration/recover/recover-report.ts";
import type { Restart } from "../../src/enumeration/recover/restart.ts";
import { MemoryJobs } from "../../src/enumeration/stencils/in-memory-jobs.ts";
import type { JobQueue } from "../../src/enumeration/stencils/ports.ts";
import type { CollectionSnapshot } from "../../src/enumeration/stencils/snapshot.ts";
import type { StencilStore } from "../../src/enumeration/stencils/term.ts";
import { keptLog } from "./config-folder.ts";
import { PAGE_SIZE, someTangles } from "./damaged-collection.ts";

/** A job server that has finished more than anybody pushed, so that no job is lost. */
function plentyFinished(): JobQueue {
	const queue = new MemoryJobs(someTangles()).queue();
	return { ...queue, counts: async (signal) => ({ ...(await queue.counts(signal)), processed: 1000, enqueued: 0 }) };
}

/** A real recovery in a store, which pushes to a queue in memory. */
export async function recoverIn(store: StencilStore, restart?: Restart): Promise<Recovered> {
	const settings = { headroom: 1000, pollMs: 0, window: 2, chunk: 3, patienceMs: 0 };
	const producer: Producer = {
		...{ store, tangles: someTangles(), queue: plentyFinished(), settings, pageSize: PAGE_SIZE, log: keptLog() },
		...{ signal: new AbortController().signal, emit: () => {}, ensureHeld: async () => {} },
	};
	return await recover(
		{
			...producer,
			onRepaired: () => {},
			push: (term, catalog, open) => pushInterrupted(producer, term, catalog, open),
		},
		restart,
	);
}

/** What a recovery says, but for the words that tell a dry run from a real one; or the Fault that nothing was done. */
async function saidBy(recovery: Promise<Recovered>): Promise<Omit<RecoverReport, "dry_run"> | string> {
	try {
		const { dry_run: _, findings, ...report } = reportOfRecovery(await recovery, { dryRun: false });
		return { ...report, findings };
	} catch (error) {
		if (isFault(error, "usage", "data") && error.message.includes("nothing was done")) return error.message;
		if (isFault(error, "data") && error.message.includes("its numbers are not sound")) return error.message;
		throw error;
	}
}

/** A snapshot in an order of its own, without the texts of what is wrong, which differ from store to store. */
export function comparable({ config, stencils, foreign }: CollectionSnapshot): unknown {
	const wrongFields = (wrong: readonly { readonly field: string }[]) => wrong.map(({ field }) => field).toSorted();
	return {
		config: config && { ...config, wrong: wrongFields(config.wrong) },
		stencils: stencils
			.map(({ key: _, more: __, ...it }) => ({ ...it, wrong: wrongFields(it.wrong) }))
			.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
		foreign: foreign.map(({ name }) => name).toSorted(),
	};
}

/**
 * A dry run changes nothing and finds what the real run then does; a second real run finds nothing safe to repair. Resolves
 * with the kinds of all findings.
 */
export async function expectDryIsReal(store: StencilStore, restart: Restart | undefined): Promise<readonly string[]> {
	const before = comparable(await store.snapshot());
	const dry = await saidBy(recoverDry({ store, tangles: someTangles(), pageSize: PAGE_SIZE }, restart));
	expect(comparable(await store.snapshot())).toEqual(before);
	const real = await saidBy(recoverIn(store, restart));
	expect(dry).toEqual(real);
	const { findings } = reportOfRecovery(await recoverIn(store), { dryRun: false });
	// Where the restart was refused, nothing was repaired yet: that was the second run's to do.
	const last =
		typeof dry === "string" ? reportOfRecovery(await recoverIn(store), { dryRun: false }).findings : findings;
	expect(last.filter(({ outcome }) => outcome === "repaired")).toEqual([]);
	return [...(typeof real === "string" ? [] : real.findings), ...findings].map(({ finding }) => finding);
}
