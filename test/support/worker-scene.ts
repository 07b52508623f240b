import { sharedNow } from "../../src/base/shared-clock.ts";
import { graftPages } from "../../src/enumeration/tangles/job.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import type { WorkEvent } from "../../src/enumeration/work/events.ts";
import type {
	Grafter,
	JobFailure,
	JobSource,
	ReservedJob,
	TangleStore,
	WorkerState,
} from "../../src/enumeration/work/ports.ts";
import { work } from "../../src/enumeration/work/run.ts";
import { keptLog } from "./config-folder.ts";
import { tanglesUpTo } from "./tangle-sets.ts";

export const ID = "0123456789abcdef01234567";

/** A job as the server gives it: rootstocks of TCN 2, scions of TCN 3. */
export function reserved(jid: string, fields: Partial<ReservedJob> = {}): ReservedJob {
	const args = [ID, 2, ID, 3, 500];
	const now = sharedNow();
	return { jid, jobtype: "arbor_job", args, reserveMs: 1_800_000, asked: now, given: now, backtrace: 5, ...fields };
}

/** A worker whose queue, database and grafters are in this process; all that happens is noted, in its order. */
export class WorkerScene {
	readonly jobs: ReservedJob[] = [];
	readonly notes: string[] = [];
	readonly events: WorkEvent[] = [];
	readonly failures: JobFailure[] = [];
	readonly stop = new AbortController();
	readonly log = keptLog();
	/** What the server wants. */
	wanted: WorkerState = "running";
	/** Runs before each write, fetch and word to the server, which fail as it does. */
	before: (what: "store" | "fetch" | "ack" | "fail") => Promise<void> = async () => {};
	readonly #waiting = new Map<string, () => void>();

	/** Resolves at the next event of that name. */
	async event(name: WorkEvent["event"]): Promise<void> {
		await new Promise<void>((resolve) => this.#waiting.set(name, resolve));
	}

	async run(concurrency = 1): Promise<boolean> {
		const sets = await tanglesUpTo(3);
		const source: JobSource = {
			name: "a queue",
			fetch: async () => {
				await this.before("fetch");
				return this.jobs.shift();
			},
			acknowledge: async (jid) => {
				await this.before("ack");
				this.notes.push(`acknowledged ${jid}`);
			},
			fail: async (jid, failure) => {
				await this.before("fail");
				this.failures.push(failure);
				this.notes.push(`failed ${jid}`);
				return true;
			},
			heartbeat: async () => this.wanted,
		};
		const store: TangleStore = {
			name: "a database",
			page: async ({ tcn, goodOnly }) => (sets[tcn] ?? []).filter(({ is_good }) => is_good || !goodOnly),
			store: async (tangles) => {
				await this.before("store");
				this.notes.push("stored");
				return tangles.length;
			},
		};
		return await work({
			...{ id: "w", source, store, queue: "q", log: this.log, signal: this.stop.signal },
			grafters: Array.from({ length: concurrency }, () => new LocalGrafter()),
			emit: (event) => {
				this.events.push(event);
				this.#waiting.get(event.event)?.();
			},
		});
	}

	of<N extends WorkEvent["event"]>(name: N) {
		return this.events.filter((event): event is Extract<WorkEvent, { event: N }> => event.event === name);
	}
}

class LocalGrafter implements Grafter {
	hold(): void {}
	release(): void {}
	close(): void {}

	async *graft(rootstocks: readonly TangleFields[], scions: readonly TangleFields[]) {
		const tangles = [...graftPages(rootstocks, scions)];
		for (let from = 0; from < tangles.length; from += 3) yield tangles.slice(from, from + 3);
	}
}
