import { pause } from "../../base/deadline.ts";
import { isFault } from "../../base/fault.ts";
import { PageCatalog } from "../stencils/catalog.ts";
import { openStencils, pushedIn } from "../stencils/order.ts";
import type { Enumeration, Round, Stencil } from "../stencils/ports.ts";
import { checkFinished, Drain } from "./drain.ts";
import type { ProduceEvent } from "./events.ts";
import type { ProduceOptions, Producer } from "./producer.ts";
import { pushStencil } from "./push-stencil.ts";
import { noteRound } from "./round.ts";
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

	constructor(producer: Producer, options: ProduceOptions) {
		this.#producer = producer;
		this.#options = options;
		this.#catalog = new PageCatalog(producer.tangles, producer.pageSize);
		this.#drain = new Drain(producer);
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
		this.#producer.tell({
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

	#finished({ completedTcn, maxTcn }: Enumeration): Reason | undefined {
		const { untilTcn } = this.#options;
		if (maxTcn <= completedTcn) return "max_tcn";
		return untilTcn !== undefined && completedTcn >= untilTcn ? "until_tcn" : undefined;
	}

	async #steps(): Promise<Reason> {
		const { store, settings, signal } = this.#producer;
		const early = this.#finished(await this.#look());
		if (early !== undefined) return early;
		await checkAtStart(store, this.#producer.log);
		await store.takeOver();
		for (;;) {
			signal.throwIfAborted();
			const enumeration = await this.#look();
			const reason = this.#finished(enumeration);
			if (reason !== undefined) return reason;
			const tcn = enumeration.completedTcn + 1;
			const stencils = await store.stencils();
			const open = openStencils(stencils, tcn);
			const round = await this.#round(enumeration, stencils, tcn);
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
			if (await this.#completed(round, pushedIn(stencils, tcn))) continue;
			if (this.#options.once && !this.#drain.empty) return "once";
			await pause(settings.pollMs, signal);
		}
	}

	async #round(enumeration: Enumeration, stencils: readonly Stencil[], tcn: number): Promise<Round> {
		if (
			enumeration.round?.tcn !== tcn &&
			tcn >= FIRST_GRAFTED_TCN &&
			!stencils.some((stencil) => stencil.tcn === tcn)
		) {
			this.#producer.log.warn(`there is no stencil of TCN ${tcn}: \`tangles init\` adds those that are missing`);
		}
		return await noteRound(this.#producer, enumeration, tcn);
	}

	/** Takes one look at the queue, and raises current_completed_tcn where it shows that all of `round` is done. */
	async #completed(round: Round, pushed: number): Promise<boolean> {
		const { store, queue, signal, tell } = this.#producer;
		const counts = await queue.counts(signal);
		if (!this.#drain.look(counts)) return false;
		const finished = checkFinished(this.#producer, round, counts, pushed, this.#options.acceptIncomplete);
		await this.#producer.assured();
		await store.completeTcn(round.tcn);
		tell({ event: "tcn-complete", tcn: round.tcn, pushed, finished });
		this.#drain = new Drain(this.#producer);
		return true;
	}
}
