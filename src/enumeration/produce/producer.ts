import type { Log } from "../../base/log.ts";
import type { JobQueue, TanglePages } from "../stencils/ports.ts";
import type { ProducerTerm, StencilStore } from "../stencils/term.ts";
import type { TangleSource } from "../verify/examine.ts";
import type { ProduceEvent } from "./events.ts";
import type { ProducerSettings } from "./settings.ts";

/** All that a run of the producer works with before it takes over: it can read, and cannot write. */
export interface Producer {
	readonly store: StencilStore;
	readonly tangles: TanglePages;
	readonly queue: JobQueue;
	readonly settings: ProducerSettings;
	readonly pageSize: number;
	/** With it a TCN is complete only once its stored tangles are proved to be all; the counters are believed without. */
	readonly proof?: TangleSource | undefined;
	readonly log: Log;
	/** Aborts the run, with the Fault to end it with. */
	readonly signal: AbortSignal;
	emit(event: ProduceEvent): void;
	/**
	 * Resolves while this run may push: at once as a rule, later while its lock is in doubt; rejects once that is lost.
	 */
	ensureHeld(): Promise<void>;
}

/** A producer that has taken over: with its term it can write and push. */
export interface ProducerAtWork extends Producer {
	readonly term: ProducerTerm;
}

/** Takes over, and gives the producer with its right to write. */
export async function takeOver(producer: Producer): Promise<ProducerAtWork> {
	return { ...producer, term: await producer.store.takeOver() };
}

export interface ProduceOptions {
	/** Stop once everything that is open now is pushed. */
	readonly once: boolean;
	/** Stop once this TCN is complete. */
	readonly untilTcn: number | undefined;
	/** Take a TCN for complete although the server finished fewer jobs than were pushed. */
	readonly acceptIncomplete: boolean;
}
