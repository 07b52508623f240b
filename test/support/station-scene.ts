import { Fault } from "../../src/base/fault.ts";
import type { Batch, BatchEvent } from "../../src/line/batches/batch.ts";
import { requireBatch } from "../../src/line/batches/change.ts";
import { type BatchStoreCall, InMemoryBatchStore } from "../../src/line/batches/in-memory.ts";
import type { ComponentEvent } from "../../src/line/component/events.ts";
import { planRun } from "../../src/line/component/plan.ts";
import type { Component, TakeTools, Tools, WorkOnBatch } from "../../src/line/component/ports.ts";
import type { WorkReport } from "../../src/line/component/report.ts";
import { RunLimit } from "../../src/line/component/run-limit.ts";
import { type Procedure, runStation } from "../../src/line/component/station.ts";
import { tryLock } from "../../src/line/component/try-lock.ts";
import { acquire } from "../../src/locks/acquire.ts";
import type { Held } from "../../src/locks/held.ts";
import { InMemoryEnsemble, type InMemorySession } from "../../src/locks/in-memory.ts";
import { type BatchPlan, batchFrom } from "./batch-reference.ts";

/** Takes what is archived and not sampled; small enough for a document of a kilobyte. */
export const STATION: Component = {
	...{ name: "Sample", event: "Sampled", version: "1.0", past: ["Archived"], future: ["Sampled"], old: [], types: [] },
	...{
		maxThreads: 1,
		queueLength: 5,
		maxRuntimeMs: 1000,
		maxRunMs: undefined,
		threadsPerBatch: 1,
		maxResults: 0,
		pageSize: 3,
	},
	command: undefined,
};

export const SUCCESS: WorkReport = {
	...{ tool: "Sample", version: "1.0", outcome: "Success", date: "2026-11-24T00:00:00.000Z" },
	...{ duration_ms: 1, failures: [], preservable: true },
};

const FAILED = {
	filereference: "",
	type: "exception",
	component: "Sample-1.0",
	description: "exit code 3",
	details: "",
};
export const FAILURE: WorkReport = { ...SUCCESS, outcome: "Failure", failures: [FAILED] };

export const batchLock = (id: string) => `/Sample/${id}`;
const SBOI = "/SBOI/Sample";

interface StationOptions {
	readonly component?: Partial<Component>;
	/** What the work gives for a batch; nothing but successes unless said otherwise. */
	readonly work?: (work: WorkOnBatch) => WorkReport | Promise<WorkReport>;
	/** The whole run's time; no limit unless said otherwise. */
	readonly limit?: RunLimit;
	/** Awaited before each call of the store. */
	readonly before?: (call: BatchStoreCall) => void | Promise<void>;
	/** Called with each event as it is emitted. */
	readonly onEvent?: (event: ComponentEvent) => void;
	/** What is wrong with the lock of a batch. */
	readonly trouble?: ReadonlyMap<string, Fault>;
}

/** A line of batches and the locks of its components in memory, and runs of one component on them. */
export class StationScene {
	readonly store: InMemoryBatchStore;
	readonly ensemble = new InMemoryEnsemble();
	readonly component: Component;
	/** Ends the run as the user's Ctrl-C does. */
	readonly stop = new AbortController();
	/** What the last run emitted. */
	events: ComponentEvent[] = [];
	/** The session of the last run. */
	session: InMemorySession;
	readonly #options: StationOptions;

	constructor(options: StationOptions = {}) {
		this.#options = options;
		this.store = new InMemoryBatchStore({ ...(options.before && { before: options.before }) });
		this.component = { ...STATION, ...options.component };
		this.session = this.ensemble.open();
	}

	/** Adds batches `B1-RT1`, `B2-RT1`, ..., each with its history, the first one the oldest; gives their ids. */
	async add(...plans: readonly BatchPlan[]): Promise<string[]> {
		const batches = plans.map((plan, at) => batchFrom(`B${at + 1}-RT1`, { created: at, ...plan }));
		for (const batch of batches) await this.store.add(batch);
		return batches.map(({ id }) => id);
	}

	/** Adds so many batches that are ready for `STATION`. */
	async archived(count: number): Promise<string[]> {
		return await this.add(...Array.from({ length: count }, () => ({ events: ["Archived+1"] })));
	}

	/** Somebody else's lock. */
	async lock(path: string): Promise<Held> {
		const signal = new AbortController().signal;
		return await acquire(this.ensemble.open(), path, { layout: "both", waitMs: 0, data: "{}", signal });
	}

	/** One run, in a session of its own; rejects with what the run ends with. */
	async run(procedure: Procedure = 2): Promise<void> {
		const tools = await this.tools();
		try {
			await runStation(tools, procedure);
		} finally {
			await tools.sboiLock.release();
		}
	}

	/** What a run of this component would do now. */
	async plan(procedure: Procedure = 2) {
		const { store, component } = this;
		const inMemory = new InMemoryEnsemble().open();
		const { signal } = this.stop;
		const take = (path: string) => acquire(inMemory, path, { layout: "flat", waitMs: 0, data: "", signal });
		const isHeld = async (id: string) => ((await this.session.children(`${batchLock(id)}/leases`)) ?? []).length > 0;
		const lockBatch: TakeTools["lockBatch"] = (id) =>
			tryLock(
				async () => {
					const trouble = this.#options.trouble?.get(id);
					if (trouble !== undefined) throw trouble;
					if (await isHeld(id)) throw new Fault("locked", "is held by another");
					return await take(batchLock(id));
				},
				() => signal.aborted,
			);
		const sboiLock = await take(SBOI);
		return await planRun({ store, component, lockBatch, sboiLock, limit: new RunLimit(undefined), signal }, procedure);
	}

	/** What a run works with; the component's lock is taken. */
	async tools(): Promise<Tools> {
		const { work = () => SUCCESS, onEvent = () => {}, trouble } = this.#options;
		const { store, component } = this;
		const { signal } = this.stop;
		this.events = [];
		this.session = this.ensemble.open();
		const { session } = this;
		const take = (path: string) => acquire(session, path, { layout: "both", waitMs: 0, data: "{}", signal });
		return {
			...{ component, store, signal, sboiLock: await take(SBOI) },
			...{ limit: this.#options.limit ?? new RunLimit(undefined), worker: { work: async (on) => await work(on) } },
			lockBatch: async (id) =>
				await tryLock(
					async () => {
						const wrong = trouble?.get(id);
						if (wrong !== undefined) throw wrong;
						return await take(batchLock(id));
					},
					() => session.lost.aborted || signal.aborted,
				),
			emit: (event) => {
				this.events.push(event);
				onEvent(event);
			},
		};
	}

	/** The ids of the batches with that event in the last run, in its order. */
	ids(name: ComponentEvent["event"]): string[] {
		return this.events.flatMap((event) => (event.event === name && "batch" in event ? [event.batch] : []));
	}

	/** The event of that name for a batch in the last run. */
	event(name: ComponentEvent["event"], batch?: string): ComponentEvent | undefined {
		return this.events.find(
			(it) => it.event === name && (batch === undefined || ("batch" in it && it.batch === batch)),
		);
	}

	async batch(id: string): Promise<Batch> {
		return await requireBatch(this.store, id);
	}

	/** The events of the component's type on a batch. */
	async recorded(id: string): Promise<BatchEvent[]> {
		return (await this.batch(id)).events.filter(({ type }) => type === this.component.event);
	}

	/** Paths of the nodes by which locks are held or waited for. */
	lockNodes(): string[] {
		return this.ensemble.tree.paths().filter((path) => /lock-\d{10}$|lease-\d{10}$/.test(path));
	}
}
