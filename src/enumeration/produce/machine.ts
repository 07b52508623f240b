import { isFault } from "../../base/fault.ts";
import { atWork } from "../recover/checks-stencil.ts";
import { PageCatalog } from "../stencils/catalog.ts";
import { CompleteTcns, isUnproven } from "../stencils/complete.ts";
import { openBelow, openStencils, withoutSpares } from "../stencils/order.ts";
import type { CounterBaseline, Enumeration, QueueCounts, Reopening, StateName, Stencil } from "../stencils/ports.ts";
import { STATE, shownState } from "../stencils/ports.ts";
import { noteBaseline, settleRound } from "./counter-baseline.ts";
import { Drain } from "./drain.ts";
import type { ProduceEvent } from "./events.ts";
import type { ProduceOptions, Producer } from "./producer.ts";
import { pushStencil } from "./push-stencil.ts";
import { checkAtStart } from "./start-check.ts";

/** TCN 3 = 1 + 2 is the first that is grafted: a rootstock has TCN 1 or more, a scion 2 or more. */
const FIRST_GRAFTED_TCN = 3;

type Reason = Extract<ProduceEvent, { event: "stopped" }>["reason"];

/** One run of the machine that the README of this folder describes. Gives why it stopped; throws a Fault otherwise. */
export async function produce(producer: Producer, options: ProduceOptions): Promise<Reason> {
	return await new Machine(producer, options).run();
}

class Machine {
	readonly #producer: Producer;
	readonly #options: ProduceOptions;
	readonly #catalog: PageCatalog;
	#drain: Drain;
	#jobs = 0;
	#seen: Enumeration | undefined;
	/** The server's counts as the last TCN was proven complete; undefined once something was pushed since. */
	#drained: QueueCounts | undefined;

	constructor(producer: Producer, options: ProduceOptions) {
		this.#producer = producer;
		this.#options = options;
		this.#catalog = new PageCatalog(producer.tangles, producer.pageSize);
		this.#drain = new Drain(producer, options);
	}

	async run(): Promise<Reason> {
		try {
			const reason = await this.#steps();
			this.#stopped(reason);
			return reason;
		} catch (error) {
			this.#stopped(isFault(error, "interrupt", "terminate", "broken-pipe") ? "interrupted" : "failed");
			throw error;
		}
	}

	#stopped(reason: Reason): void {
		if (this.#seen === undefined) return;
		const { completedTcn, maxTcn } = this.#seen;
		this.#producer.emit({
			event: "stopped",
			reason,
			completed_tcn: completedTcn,
			max_tcn: maxTcn,
			jobs: this.#jobs,
		});
	}

	async #look(): Promise<Enumeration> {
		this.#seen = await this.#producer.store.enumeration();
		return this.#seen;
	}

	/** Why there is nothing more to do, where all up to current_completed_tcn is really complete. */
	#finished({ completedTcn, maxTcn }: Enumeration): Reason | undefined {
		const { untilTcn } = this.#options;
		if (maxTcn <= completedTcn) return "max_tcn";
		return untilTcn !== undefined && completedTcn >= untilTcn ? "until_tcn" : undefined;
	}

	async #steps(): Promise<Reason> {
		const { store, signal } = this.#producer;
		const before = await this.#look();
		const early = this.#finished(before);
		if (early !== undefined && !isUnproven(before)) {
			const { stencils } = await store.seen();
			if (openBelow(atWork(stencils), before.completedTcn) === undefined) return early;
		}
		await checkAtStart(store, this.#producer.log);
		await store.takeOver();
		await this.#settle();
		for (;;) {
			signal.throwIfAborted();
			const enumeration = await this.#look();
			const stencils = withoutSpares(await store.stencils());
			const again = openBelow(stencils, enumeration.completedTcn);
			if (again !== undefined) {
				const counters = enumeration.round?.tcn === again ? "keep" : "drop";
				await this.#reopen({ tcn: again, counters }, stencils, "a stencil of it is not complete");
				continue;
			}
			const reason = this.#finished(enumeration);
			if (reason !== undefined) return reason;
			const tcn = enumeration.completedTcn + 1;
			const open = openStencils(stencils, tcn);
			const round = await this.#round(enumeration, stencils, tcn);
			this.#catalog.admit(CompleteTcns.of({ ...enumeration, round }, stencils));
			for (const stencil of open) {
				signal.throwIfAborted();
				await pushStencil(this.#producer, this.#catalog, stencil, tcn, (jobs) => {
					this.#jobs += jobs;
				});
			}
			// A TCN without stencils, as 2 is, has nothing to push: passing it is what a single pass is for.
			const passing = stencils.every((stencil) => stencil.tcn !== tcn) && open.length === 0;
			if (this.#options.once && !passing) return "once";
			if (open.length > 0) continue;
			if (await this.#completed(round, stencils)) continue;
			if (this.#options.once && !this.#drain.empty) return "once";
			await this.#drain.wait();
		}
	}

	/** Compares the counters noted with the server's. A TCN that was passed before its jobs were finished is opened again. */
	async #settle(): Promise<void> {
		const { store } = this.#producer;
		const enumeration = await this.#look();
		const stencils = withoutSpares(await store.stencils());
		const tcn = await settleRound(this.#producer, enumeration, stencils, this.#options);
		if (tcn === undefined) return;
		await this.#reopen({ tcn, counters: "keep" }, stencils, "its jobs are not finished");
	}

	async #reopen(reopening: Reopening, stencils: readonly Stencil[], why: string): Promise<void> {
		const { store, log, emit, ensureHeld } = this.#producer;
		const { tcn } = reopening;
		log.warn(
			`TCN ${tcn} counted as complete, but ${why}: it is drained before anything above it is pushed, ` +
				"and all stencils above it are pushed again",
		);
		await ensureHeld();
		await store.reopenTcn(reopening);
		const setBack = stencils.filter((it) => it.tcn > tcn || (it.tcn === tcn && it.state !== STATE.complete));
		const of = (state: StateName) => setBack.filter((it) => shownState(it) === state).length;
		const counts = { started: of("started"), no_headroom: of("no_headroom"), complete: of("complete") };
		emit({ event: "tcn-reopened", tcn, ...counts });
		this.#drain = new Drain(this.#producer, this.#options);
		this.#drained = undefined;
	}

	async #round(enumeration: Enumeration, stencils: readonly Stencil[], tcn: number): Promise<CounterBaseline> {
		if (
			enumeration.round?.tcn !== tcn &&
			tcn >= FIRST_GRAFTED_TCN &&
			!stencils.some((stencil) => stencil.tcn === tcn)
		) {
			this.#producer.log.warn(`there is no stencil of TCN ${tcn}: \`tangles init\` adds those that are missing`);
		}
		return await noteBaseline(this.#producer, enumeration, tcn, this.#drained);
	}

	/** Takes one look at the queue, and raises current_completed_tcn where it proves that all of `round` is done. */
	async #completed(round: CounterBaseline, stencils: readonly Stencil[]): Promise<boolean> {
		const { store, queue, signal, emit } = this.#producer;
		const counts = await queue.counts(signal);
		const drained = this.#drain.look(round, stencils, counts);
		if (drained === undefined) return false;
		await this.#producer.ensureHeld();
		await store.completeTcn(drained);
		emit({ event: "tcn-complete", tcn: drained.tcn, pushed: drained.pushed, finished: drained.finished });
		this.#drain = new Drain(this.#producer, this.#options);
		this.#drained = counts;
		return true;
	}
}
