import { isFault } from "../../base/fault.ts";
import { GarbageCollector } from "../../base/garbage.ts";
import { atWork } from "../recover/checks-stencil.ts";
import { PageCatalog } from "../stencils/catalog.ts";
import { CompleteTcns, isUnproven } from "../stencils/complete.ts";
import { openBelow, openStencils, withoutSpares } from "../stencils/order.ts";
import type { CounterBaseline, Enumeration, QueueCounts, StateName, Stencil } from "../stencils/ports.ts";
import { STATE, shownState } from "../stencils/ports.ts";
import type { Reopening } from "../stencils/term.ts";
import { noteBaseline, settleBaseline } from "./counter-baseline.ts";
import { Drain } from "./drain.ts";
import type { ProduceEvent } from "./events.ts";
import { type ProduceOptions, type Producer, type ProducerAtWork, takeOver } from "./producer.ts";
import { proveTcn } from "./prove-tcn.ts";
import { pushStencil } from "./push-stencil.ts";
import { checkAtStart } from "./start-check.ts";

/** TCN 3 = 1 + 2 is the first that is grafted: a rootstock has TCN 1 or more, a scion 2 or more. */
const FIRST_GRAFTED_TCN = 3;

/** Looks at the stencils after which garbage is collected: a run may wait for days, and each leaves 200 KB. */
const COLLECT_EVERY = 100;

type StopReason = Extract<ProduceEvent, { event: "stopped" }>["reason"];

/** The sums in the last event of a run. */
interface RunTotals {
	/** As the run last read it. */
	enumeration: Enumeration | undefined;
	/** Jobs that the run has pushed. */
	jobs: number;
}

/** One run of the machine that the README of this folder describes. Gives why it stopped; throws a Fault otherwise. */
export async function produce(producer: Producer, options: ProduceOptions): Promise<StopReason> {
	const totals: RunTotals = { enumeration: undefined, jobs: 0 };
	const stopped = (reason: StopReason) => {
		if (totals.enumeration === undefined) return;
		const { completedTcn: completed_tcn, maxTcn: max_tcn } = totals.enumeration;
		producer.emit({ event: "stopped", reason, completed_tcn, max_tcn, jobs: totals.jobs });
	};
	try {
		const reason = (await nothingToDo(producer, options, totals)) ?? (await work(producer, options, totals));
		stopped(reason);
		return reason;
	} catch (error) {
		stopped(isFault(error, "interrupt", "terminate", "broken-pipe") ? "interrupted" : "failed");
		throw error;
	}
}

/** Why there is nothing more to do, where all TCNs up to current_completed_tcn are really complete. */
function goalReached({ completedTcn, maxTcn }: Enumeration, { untilTcn }: ProduceOptions): StopReason | undefined {
	if (maxTcn <= completedTcn) return "max_tcn";
	return untilTcn !== undefined && completedTcn >= untilTcn ? "until_tcn" : undefined;
}

/** Why the run ends before it takes over; undefined where there is work. */
async function nothingToDo(
	{ store }: Producer,
	options: ProduceOptions,
	totals: RunTotals,
): Promise<StopReason | undefined> {
	const enumeration = await store.enumeration();
	totals.enumeration = enumeration;
	const reason = goalReached(enumeration, options);
	if (reason === undefined || isUnproven(enumeration)) return undefined;
	const { stencils } = await store.snapshot();
	return openBelow(atWork(stencils), enumeration.completedTcn) === undefined ? reason : undefined;
}

async function work(producer: Producer, options: ProduceOptions, totals: RunTotals): Promise<StopReason> {
	await checkAtStart(producer.store, producer.log);
	return await new Machine(await takeOver(producer), options, totals).run();
}

/** A run that has taken over. */
class Machine {
	readonly #producer: ProducerAtWork;
	readonly #options: ProduceOptions;
	readonly #totals: RunTotals;
	readonly #catalog: PageCatalog;
	readonly #garbage = new GarbageCollector(COLLECT_EVERY);
	#drain: Drain;
	/** The server's counts as the last TCN was proven complete; undefined once something was pushed since. */
	#drained: QueueCounts | undefined;

	constructor(producer: ProducerAtWork, options: ProduceOptions, totals: RunTotals) {
		this.#producer = producer;
		this.#options = options;
		this.#totals = totals;
		this.#catalog = new PageCatalog(producer.tangles, producer.pageSize);
		this.#drain = new Drain(producer, options);
	}

	async run(): Promise<StopReason> {
		const { store, signal } = this.#producer;
		await this.#settle();
		for (;;) {
			signal.throwIfAborted();
			this.#garbage.made(1);
			const enumeration = await this.#enumeration();
			const stencils = withoutSpares(await store.stencils());
			const again = openBelow(stencils, enumeration.completedTcn);
			if (again !== undefined) {
				const counters = enumeration.baseline?.tcn === again ? "keep" : "drop";
				await this.#reopen({ tcn: again, counters }, stencils, "a stencil of it is not complete");
				continue;
			}
			const reason = goalReached(enumeration, this.#options);
			if (reason !== undefined) return reason;
			const tcn = enumeration.completedTcn + 1;
			const open = openStencils(stencils, tcn);
			const baseline = await this.#baseline(enumeration, stencils, tcn);
			this.#catalog.admit(CompleteTcns.of({ ...enumeration, baseline }, stencils));
			for (const stencil of open) {
				signal.throwIfAborted();
				await pushStencil(this.#producer, this.#catalog, stencil, (jobs) => {
					this.#totals.jobs += jobs;
				});
			}
			// A TCN without stencils, as 2 is, has nothing to push: passing it is what a single pass is for.
			const passing = stencils.every((stencil) => stencil.tcn !== tcn) && open.length === 0;
			if (this.#options.once && !passing) return "once";
			if (open.length > 0) continue;
			if (await this.#completed(baseline, stencils)) continue;
			if (this.#options.once && !this.#drain.empty) return "once";
			await this.#drain.wait();
		}
	}

	async #enumeration(): Promise<Enumeration> {
		const enumeration = await this.#producer.term.enumeration();
		this.#totals.enumeration = enumeration;
		return enumeration;
	}

	/**
	 * Compares the counters noted with the server's. A TCN that was passed before its jobs were finished is opened again.
	 */
	async #settle(): Promise<void> {
		const { store } = this.#producer;
		const enumeration = await this.#enumeration();
		const stencils = withoutSpares(await store.stencils());
		const tcn = await settleBaseline(this.#producer, enumeration, stencils, this.#options);
		if (tcn === undefined) return;
		await this.#reopen({ tcn, counters: "keep" }, stencils, "its jobs are not finished");
	}

	async #reopen(reopening: Reopening, stencils: readonly Stencil[], why: string): Promise<void> {
		const { term, log, emit, ensureHeld } = this.#producer;
		const { tcn } = reopening;
		log.warn(
			`TCN ${tcn} counted as complete, but ${why}: it is drained before anything above it is pushed, ` +
				"and all stencils above it are pushed again",
		);
		await ensureHeld();
		await term.reopenTcn(reopening);
		const setBack = stencils.filter((it) => it.tcn > tcn || (it.tcn === tcn && it.state !== STATE.complete));
		const of = (state: StateName) => setBack.filter((it) => shownState(it) === state).length;
		const counts = { started: of("started"), no_headroom: of("no_headroom"), complete: of("complete") };
		emit({ event: "tcn-reopened", tcn, ...counts });
		this.#drain = new Drain(this.#producer, this.#options);
		this.#drained = undefined;
	}

	async #baseline(enumeration: Enumeration, stencils: readonly Stencil[], tcn: number): Promise<CounterBaseline> {
		if (
			enumeration.baseline?.tcn !== tcn &&
			tcn >= FIRST_GRAFTED_TCN &&
			!stencils.some((stencil) => stencil.tcn === tcn)
		) {
			this.#producer.log.warn(`there is no stencil of TCN ${tcn}: \`tangles init\` adds those that are missing`);
		}
		return await noteBaseline(this.#producer, enumeration, tcn, this.#drained);
	}

	/**
	 * Takes one look at the queue, and raises current_completed_tcn where it proves that the TCN of `baseline` is drained.
	 */
	async #completed(baseline: CounterBaseline, stencils: readonly Stencil[]): Promise<boolean> {
		const { term, queue, signal, emit } = this.#producer;
		const counts = await queue.counts(signal);
		const drained = this.#drain.look(baseline, stencils, counts);
		if (drained === undefined) return false;
		await proveTcn(this.#producer, drained.tcn);
		await this.#producer.ensureHeld();
		await term.completeTcn(drained);
		emit({ event: "tcn-complete", tcn: drained.tcn, pushed: drained.pushed, finished: drained.finished });
		this.#drain = new Drain(this.#producer, this.#options);
		this.#drained = counts;
		return true;
	}
}
