import { graftPages } from "../tangles/job.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import { PageList, type Pages } from "./pages.ts";
import type { Id, JobArguments, JobQueue, QueueCounts, TanglePages } from "./ports.ts";

type Stored = TangleFields & { readonly id: Id };

/** A tangle collection in memory. */
export class MemoryTangles implements TanglePages {
	readonly name = "memory.tangles";
	readonly #byTcn = new Map<number, Map<string, Stored>>();
	/** Those of a TCN by id, all and the good ones, until one is stored. */
	readonly #inOrder = new Map<number, { readonly all: readonly Stored[]; readonly good: readonly Stored[] }>();
	readonly #newId: () => Id;

	/** `newId` gives the id of each tangle that is stored. */
	constructor(newId: () => Id) {
		this.#newId = newId;
	}

	/** Stores the tangles that are not there yet, each under a new id. */
	store(tangles: Iterable<TangleFields>): void {
		for (const tangle of tangles) {
			const known = this.#byTcn.get(tangle.TCN) ?? new Map<string, Stored>();
			this.#byTcn.set(tangle.TCN, known);
			if (known.has(tangle.notation)) continue;
			known.set(tangle.notation, { ...tangle, id: this.#newId() });
			this.#inOrder.delete(tangle.TCN);
		}
	}

	/** The tangles of `tcn` by id. */
	of(tcn: number, goodOnly: boolean): readonly Stored[] {
		let inOrder = this.#inOrder.get(tcn);
		if (inOrder === undefined) {
			const all = [...(this.#byTcn.get(tcn)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
			inOrder = { all, good: all.filter(({ is_good }) => is_good) };
			this.#inOrder.set(tcn, inOrder);
		}
		return goodOnly ? inOrder.good : inOrder.all;
	}

	async find(tcn: number, goodOnly: boolean, pageSize: number): Promise<Pages> {
		const pages = new PageList(pageSize);
		for (const { id } of this.of(tcn, goodOnly)) if (pages.pass()) pages.start(id);
		return pages;
	}

	async look(ids: readonly Id[]): Promise<Map<Id, { tcn: number; good: boolean }>> {
		const wanted = new Set(ids);
		const found = [...this.#byTcn.values()].flatMap((known) => [...known.values().filter(({ id }) => wanted.has(id))]);
		return new Map(found.map(({ id, TCN, is_good }) => [id, { tcn: TCN, good: is_good }]));
	}
}

/** A job server in memory, whose workers work when `work` is called. */
export class MemoryJobs {
	#enqueued: JobArguments[] = [];
	#dead: JobArguments[] = [];
	#processed = 0;
	#failed = 0;
	readonly #tangles: MemoryTangles;

	constructor(tangles: MemoryTangles) {
		this.#tangles = tangles;
	}

	get counts(): QueueCounts {
		const sets = { enqueued: this.#enqueued.length, dead: this.#dead.length, scheduled: 0, retries: 0, working: 0 };
		return { ...sets, processed: this.#processed, failed: this.#failed };
	}

	/** Jobs in the queue, oldest first. */
	get enqueued(): readonly JobArguments[] {
		return [...this.#enqueued];
	}

	/** Works on up to `most` jobs, oldest first, and stores what they give. */
	work(most: number): void {
		for (const [rootstock, rootstockTcn, scion, scionTcn, size] of this.#enqueued.splice(0, most)) {
			const page = (tcn: number, goodOnly: boolean, from: Id) => {
				const tangles = this.#tangles.of(tcn, goodOnly);
				const at = tangles.findIndex(({ id }) => id >= from);
				return at < 0 ? [] : tangles.slice(at, at + size);
			};
			this.#tangles.store(graftPages(page(rootstockTcn, false, rootstock), page(scionTcn, true, scion)));
			this.#processed += 1;
		}
	}

	/** Up to `most` jobs fail for good. */
	bury(most: number): void {
		const jobs = this.#enqueued.splice(0, most);
		this.#dead.push(...jobs);
		this.#processed += jobs.length;
		this.#failed += jobs.length;
	}

	requeueDead(): void {
		this.#enqueued.push(...this.#dead.splice(0));
	}

	discardDead(): void {
		this.#dead = [];
	}

	/** All jobs and counters go, as by the server's command FLUSH. */
	flush(): void {
		this.#enqueued = [];
		this.#dead = [];
		this.#processed = 0;
		this.#failed = 0;
	}

	/** The queue as one producer has it; `beforeWrite` as in `MemoryStencils`, `onLook` runs before each look. */
	queue(beforeWrite: () => void = () => {}, onLook: () => void = () => {}): JobQueue {
		return {
			name: "memory queue",
			push: async (jobs) => {
				beforeWrite();
				this.#enqueued.push(...jobs);
			},
			counts: async () => {
				onLook();
				return this.counts;
			},
		};
	}
}
