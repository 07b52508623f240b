import { sleep } from "../base/deadline.ts";
import type { DoctorDocument } from "../base/doctor-line.ts";
import type { QueueDocument } from "../enumeration/stencils/documents.ts";
import type { StationDocument } from "../line/stations/document.ts";
import { workingFor } from "../line/stations/working-for.ts";
import type { OverdueDocument } from "./documents.ts";
import { type Keeping, KeptAnswer } from "./kept-answer.ts";
import type { EnumerationView, LocksView, SiteLook, Sourced } from "./look.ts";
import { PaceKeeper } from "./pace.ts";
import type { LookSources } from "./sources.ts";

/** So often at most: overdue batches, and the checks, some of which read all batches. */
const OVERDUE_EVERY_MS = 60_000;
const FINDINGS_EVERY_MS = 300_000;
const LONG_LIMIT_MS = 20_000;

export interface HubOptions extends Keeping {
	/** Time between two looks, ms. */
	readonly everyMs: number;
}

type Kept<T> = KeptAnswer<T> | undefined;

/** The stations, with the batches that are locked for each. */
function withWorking(
	line: Sourced<readonly StationDocument[]> | undefined,
	locks: Sourced<LocksView> | undefined,
): SiteLook["line"] {
	const known = locks?.value?.locks;
	if (line?.value === undefined || known === undefined) return line;
	return { ...line, value: line.value.map((it) => ({ ...it, working: workingFor(it.component, known) })) };
}

/** Ages grow from look to look: they are news about each time that they have grown by a tenth. */
const AGES = new Set(["oldest_seconds", "age_s"]);
const stepOf = (seconds: number) => Math.round(Math.log1p(seconds) * 10);

/** What makes two looks different: what the servers say, and not when they said it. */
function printOf(look: Omit<SiteLook, "time" | "number" | "pace">): string {
	const parts = Object.entries(look).map(([name, part]) => [name, part?.value, part?.fault?.message]);
	return JSON.stringify(parts, (key, value) => (AGES.has(key) && value !== null ? stepOf(value) : value));
}

/** Waits for long questions no longer than for the others: their answers are in a later look. */
async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
	const done = new AbortController();
	// It rejects only when it is ended below.
	const late = sleep(ms, done.signal).catch(() => {});
	await Promise.race([work, late]);
	done.abort(new Error("answered"));
}

/**
 * One look at all servers, shared by all readers: however many read, each server is asked once every `everyMs`; where
 * nobody reads, not at all. Each server is asked for itself: one that is mute holds nothing else up.
 */
export class Hub {
	readonly #everyMs: number;
	readonly #limitMs: number;
	readonly #enumeration: Kept<EnumerationView | null>;
	readonly #queue: Kept<QueueDocument>;
	readonly #locks: Kept<LocksView>;
	readonly #line: Kept<readonly StationDocument[]>;
	readonly #findings: KeptAnswer<DoctorDocument>;
	readonly #overdue: Kept<OverdueDocument>;
	readonly #pace = new PaceKeeper();
	readonly #readers = new Set<(look: SiteLook) => void>();
	readonly #unforeseen: (error: unknown) => void;
	#timer: ReturnType<typeof setInterval> | undefined;
	#last: SiteLook | undefined;
	/** The answers that `#last` was made of. */
	#lastParts: readonly unknown[] = [];
	#print = "";
	#number = 0;
	/** Number of the look that the readers were told of last. */
	#told = 0;

	constructor(sources: LookSources, { everyMs, ...keeping }: HubOptions) {
		const kept = <V>(ask: ((signal: AbortSignal) => Promise<V>) | undefined): Kept<V> =>
			ask === undefined ? undefined : new KeptAnswer(ask, keeping);
		const long = { ...keeping, limitMs: LONG_LIMIT_MS };
		this.#everyMs = everyMs;
		this.#limitMs = keeping.limitMs;
		this.#unforeseen = keeping.unforeseen;
		this.#enumeration = kept(sources.enumeration);
		this.#queue = kept(sources.queue);
		this.#locks = kept(sources.locks);
		this.#line = kept(sources.line);
		this.#findings = new KeptAnswer(sources.findings, long);
		this.#overdue = sources.overdue === undefined ? undefined : new KeptAnswer(sources.overdue, long);
	}

	/**
	 * A look that is at most `every` old, ms; what a server that does not answer said last is in it, with its fault. The same
	 * object until a server has answered again.
	 */
	async latest(every = this.#everyMs): Promise<SiteLook> {
		const findingsMs = this.#findings.current.fault === undefined ? FINDINGS_EVERY_MS : OVERDUE_EVERY_MS;
		const [enumeration, queue, locks, line] = await Promise.all([
			this.#enumeration?.fresh(every),
			this.#queue?.fresh(every),
			this.#locks?.fresh(every),
			this.#line?.fresh(every),
			waitAtMost(
				this.#limitMs,
				Promise.all([this.#findings.fresh(findingsMs), this.#overdue?.fresh(OVERDUE_EVERY_MS)]),
			),
		]);
		const [findings, overdue] = [this.#findings.current, this.#overdue?.current];
		const answers = [enumeration, queue, locks, line, findings, overdue];
		// Of hundreds of readers between two answers each is given the same look: one more would be much garbage.
		if (this.#last !== undefined && answers.every((answer, at) => answer === this.#lastParts[at])) return this.#last;
		if (queue?.value !== undefined && queue.takenAt !== undefined) this.#pace.add(+queue.takenAt, queue.value);
		const parts = { enumeration, queue, locks, line: withWorking(line, locks), findings, overdue };
		const print = printOf(parts);
		if (print !== this.#print) this.#number += 1;
		this.#print = print;
		const pace = this.#pace.pace(enumeration?.value, queue?.value);
		this.#last = { time: new Date(), number: this.#number, ...parts, pace };
		this.#lastParts = answers;
		return this.#last;
	}

	/** Calls back after each look that differs from the one before. Returns the function that ends it. */
	subscribe(changed: (look: SiteLook) => void): () => void {
		this.#readers.add(changed);
		this.#timer ??= setInterval(() => {
			this.#tick().catch(this.#unforeseen);
		}, this.#everyMs);
		return () => {
			this.#readers.delete(changed);
			if (this.#readers.size === 0) this.close();
		};
	}

	get readers(): number {
		return this.#readers.size;
	}

	async #tick(): Promise<void> {
		// A timer is some milliseconds early or late: an answer to the tick before must not pass for one to this.
		const look = await this.latest(this.#everyMs / 2);
		if (look.number === this.#told) return;
		this.#told = look.number;
		for (const changed of this.#readers) changed(look);
	}

	close(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}
