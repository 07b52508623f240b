import { orAborted } from "../../base/deadline.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import type { GraftJob } from "./arguments.ts";
import type { Grafter, TangleStore } from "./ports.ts";

/** Writes under way at once: one is sent while the server works on the other. */
const WRITES = 2;
/** A larger page is grafted in pieces: what a piece gives is kept to tell repeated results apart, 43 MB at most. */
const PIECE = 500;

/** What one job did, in tangles. */
export interface GraftedPages {
	readonly rootstocks: number;
	readonly scions: number;
	readonly tangles: number;
	readonly stored: number;
}

function* pieces<T>(page: readonly T[]): Generator<readonly T[]> {
	for (let from = 0; from < page.length; from += PIECE) yield page.slice(from, from + PIECE);
}

/**
 * Reads both pages, grafts every scion on every rootstock, and stores what that gives, while the rest is still
 * grafted. Resolves once all of it is stored. Throws the signal's reason at once when that aborts; what was sent may
 * then still be stored, which does no harm.
 */
export async function graftJob(
	job: GraftJob,
	store: TangleStore,
	grafter: Grafter,
	signal: AbortSignal,
): Promise<GraftedPages> {
	const { rootstockId, rootstockTcn, scionId, scionTcn, pageSize: size } = job;
	const read = async (id: string, tcn: number, goodOnly: boolean) =>
		await orAborted(signal, store.page({ id, tcn, goodOnly, size }, signal));
	const [rootstocks, scions] = await Promise.all([
		read(rootstockId, rootstockTcn, false),
		read(scionId, scionTcn, true),
	]);
	const writing = new Writing(store, signal);
	for (const some of pieces(rootstocks)) {
		for (const others of pieces(scions)) {
			for await (const batch of grafter.graft(some, others, signal)) await writing.write(batch);
		}
	}
	await writing.end();
	const { tangles, stored } = writing;
	return { rootstocks: rootstocks.length, scions: scions.length, tangles, stored };
}

/** Writes of one job, `WRITES` at a time. */
class Writing {
	tangles = 0;
	stored = 0;
	readonly #store: TangleStore;
	readonly #signal: AbortSignal;
	readonly #flying = new Set<Promise<void>>();
	#failure: { error: unknown } | undefined;

	constructor(store: TangleStore, signal: AbortSignal) {
		this.#store = store;
		this.#signal = signal;
	}

	/** Resolves when there is room for the next one. Throws what an earlier one threw. */
	async write(tangles: readonly TangleFields[]): Promise<void> {
		this.tangles += tangles.length;
		const flight = this.#store
			.store(tangles, this.#signal)
			.then(
				(stored) => {
					this.stored += stored;
				},
				(error: unknown) => {
					this.#failure ??= { error };
				},
			)
			.finally(() => this.#flying.delete(flight));
		this.#flying.add(flight);
		while (this.#flying.size >= WRITES) await orAborted(this.#signal, Promise.race(this.#flying));
		this.#check();
	}

	async end(): Promise<void> {
		await orAborted(this.#signal, Promise.all(this.#flying));
		this.#check();
	}

	#check(): void {
		if (this.#failure !== undefined) throw this.#failure.error;
	}
}
