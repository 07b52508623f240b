import { Fault, isFault } from "../../src/base/fault.ts";
import { produce } from "../../src/enumeration/produce/machine.ts";
import type { ProduceOptions, Producer } from "../../src/enumeration/produce/producer.ts";
import { needsPerson } from "../../src/enumeration/recover/findings.ts";
import { pushInterrupted } from "../../src/enumeration/recover/push-interrupted.ts";
import { type RecoverPorts, recover } from "../../src/enumeration/recover/recover.ts";
import { MemoryCollection, MemoryStencils } from "../../src/enumeration/stencils/in-memory.ts";
import { MemoryJobs, MemoryTangles } from "../../src/enumeration/stencils/in-memory-jobs.ts";
import type { TanglePages } from "../../src/enumeration/stencils/ports.ts";
import { stencilsUpTo } from "../../src/enumeration/stencils/stencils.ts";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { keptLog } from "./config-folder.ts";
import type { Random } from "./random.ts";

/** What a kill -9 does to a run: nothing after it happens. */
class Killed extends Error {}

export type RunEnd = "done" | "killed" | "stopped" | "65";

/**
 * An enumeration whose database, job server and workers are in this process; a run can be killed between any two
 * writes.
 */
export class MemoryScene {
	readonly collection: MemoryCollection;
	readonly tangles: MemoryTangles;
	readonly jobs: MemoryJobs;
	/** TCNs that were paged before all their tangles were there. */
	readonly pagedTooEarly: string[] = [];
	readonly #truth: readonly (readonly TangleFields[])[];
	readonly #random: Random;
	readonly #pageSize: number;

	/** `truth`: all tangles of each TCN up to `maxTcn`. */
	constructor(truth: readonly (readonly TangleFields[])[], maxTcn: number, random: Random) {
		this.#truth = truth;
		this.#random = random;
		this.#pageSize = 2 + random.below(12);
		this.collection = MemoryCollection.fresh(maxTcn, stencilsUpTo(maxTcn));
		this.tangles = new MemoryTangles(() => random.id());
		this.jobs = new MemoryJobs(this.tangles);
		this.tangles.store(integralTangles());
	}

	/** TCNs up to n that lack a tangle, as `verify` would say. */
	missing(): number[] {
		const upTo = Array.from({ length: this.collection.enumeration().completedTcn }, (_, at) => at + 1);
		return upTo.filter((tcn) => this.tangles.of(tcn, false).length !== this.#truth[tcn]?.length);
	}

	/** A run of `produce` that is killed after `writes` writes. */
	async produce(options: Partial<ProduceOptions> = {}, writes = Number.POSITIVE_INFINITY): Promise<RunEnd> {
		const all = { once: false, untilTcn: undefined, acceptIncomplete: false, ...options };
		return await this.#run(writes, async (producer) => void (await produce(producer, all)));
	}

	/** The same of `recover`, with `--restart-tcn` where a TCN is given. */
	async recover(writes = Number.POSITIVE_INFINITY, restartTcn?: number): Promise<RunEnd> {
		return await this.#run(writes, async (producer) => {
			const restart = restartTcn === undefined ? undefined : { tcn: restartTcn };
			const push: RecoverPorts["push"] = (term, catalog, stencils) =>
				pushInterrupted(producer, term, catalog, stencils);
			const { findings } = await recover({ ...producer, onRepaired: () => {}, push }, restart);
			if (findings.some(needsPerson)) throw new Fault("data", JSON.stringify(findings));
		});
	}

	async #run(writes: number, work: (producer: Producer) => Promise<void>): Promise<RunEnd> {
		let left = writes;
		const beforeWrite = () => {
			left -= 1;
			if (left < 0) throw new Killed();
		};
		const stop = new AbortController();
		let blocked = 0;
		let looks = 0;
		const onLook = () => {
			const { enqueued, dead } = this.jobs.counts;
			blocked = enqueued === 0 && dead > 0 ? blocked + 1 : 0;
			// Dead jobs alone are a person's: the run waits, until somebody stops it.
			if (blocked > 3) stop.abort(new Fault("terminate", "stopped"));
			looks += 1;
			// The server stands still between: beside workers that never rest, a killed run's doubles cannot be told.
			if (looks % 3 === 0) this.jobs.work(1 + this.#random.below(enqueued));
		};
		const stencils = new MemoryStencils(this.collection, beforeWrite);
		const chunk = 1 + this.#random.below(6);
		const settings = { headroom: 2 + this.#random.below(40), pollMs: 0, window: 2, chunk, patienceMs: 0 };
		const producer: Producer = {
			...{ store: stencils, tangles: this.#watched(), queue: this.jobs.queue(beforeWrite, onLook) },
			...{ settings, pageSize: this.#pageSize, log: keptLog(), signal: stop.signal },
			emit: () => {},
			ensureHeld: async () => {},
		};
		try {
			await work(producer);
			return "done";
		} catch (error) {
			if (left < 0) return "killed";
			if (isFault(error, "data")) return "65";
			if (isFault(error, "terminate")) return "stopped";
			throw error;
		}
	}

	/** True where no stencil up to that TCN is missing: of one that is, produce can only warn. */
	#hasStencils(tcn: number): boolean {
		const there = new Set([...this.collection.stencils.values()].map((it) => `${it.rootstockTcn} ${it.scionTcn}`));
		return stencilsUpTo(tcn).every(({ rootstockTcn, scionTcn }) => there.has(`${rootstockTcn} ${scionTcn}`));
	}

	/** The tangles, which note where a TCN is paged that lacks some. */
	#watched(): TanglePages {
		return {
			name: this.tangles.name,
			find: async (tcn, goodOnly, pageSize) => {
				const there = this.tangles.of(tcn, false).length;
				const all = this.#truth[tcn]?.length;
				if (there !== all && this.#hasStencils(tcn)) this.pagedTooEarly.push(`TCN ${tcn}: ${there} of ${all}`);
				return await this.tangles.find(tcn, goodOnly, pageSize);
			},
			look: async (ids) => await this.tangles.look(ids),
		};
	}
}
