import { orAborted, withDeadline } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";

/** How long chunks in flight may still be answered once the run has to stop. */
const GRACE_MS = 5000;

/** Pushes the jobs from one number up to another; see `pushWindow`. */
export interface WindowWork {
	/** First job to push, and the number after the last. */
	readonly first: number;
	readonly total: number;
	/** Jobs to a chunk, and chunks in flight, both 1 or more. */
	readonly chunk: number;
	readonly window: number;
	/** Aborts the run: nothing more is begun, what is in flight is awaited, the cursor is saved, the reason thrown. */
	readonly signal: AbortSignal;
	/** Resolves once the server has the jobs `from` to `to` (exclusive). With `signal` aborted it tries no further. */
	push(from: number, to: number, signal: AbortSignal): Promise<void>;
	/** Stores that all jobs before `next` are on the server. May be repeated. */
	save(next: number): Promise<void>;
	/** How many jobs may be pushed now, 1 or more; waits where there is no room. Nothing is in flight meanwhile. */
	admit(next: number): Promise<number>;
	/** Called at each step: jobs before `next` are on the server. */
	onProgress(next: number): void;
	/** Called where the cursor could not be saved at the end: the jobs behind it will be pushed again. */
	onUnsaved(error: unknown): void;
}

/**
 * Pushes in chunks, several at once, and keeps a cursor behind them.
 *
 * Invariants: every job before the saved cursor is on the server; the jobs begun beyond the saved cursor are at most
 * 2 x window x chunk, so that a run that dies repeats no more than that; one save at a time, never backwards.
 */
export async function pushWindow(work: WindowWork): Promise<void> {
	await new Window(work).run();
}

class Window {
	readonly #work: WindowWork;
	readonly #stop = new AbortController();
	/** First job that no chunk has taken yet. */
	#next: number;
	/** First job not yet acknowledged. */
	#acknowledged: number;
	#saved: number;
	#granted = 0;
	/** Chunks in flight. */
	readonly #flying = new Set<Promise<void>>();
	/** Ends of acknowledged chunks by their beginnings, ahead of a chunk that is not. */
	readonly #ahead = new Map<number, number>();
	#saving: Promise<void> | undefined;
	#failure: { error: unknown } | undefined;

	constructor(work: WindowWork) {
		this.#work = work;
		this.#next = work.first;
		this.#acknowledged = work.first;
		this.#saved = work.first;
	}

	async run(): Promise<void> {
		const { signal, total } = this.#work;
		try {
			while (this.#acknowledged < total) {
				signal.throwIfAborted();
				if (this.#granted === 0 && this.#flying.size === 0) await this.#admit();
				while (this.#mayLaunch()) this.#launch();
				this.#saveBehind();
				await orAborted(signal, this.#anything());
				if (this.#failure !== undefined) throw this.#failure.error;
			}
		} catch (error) {
			await this.#windDown(error);
			// The last chunk was answered after all: the caller can complete the work instead of leaving it open.
			if (this.#acknowledged < total) throw error;
		}
		await this.#saving;
	}

	async #admit(): Promise<void> {
		await this.#saving;
		const granted = await this.#work.admit(this.#acknowledged);
		this.#granted = granted;
	}

	#mayLaunch(): boolean {
		const { chunk, window, total } = this.#work;
		return (
			this.#granted > 0 &&
			this.#next < total &&
			this.#flying.size < window &&
			this.#next + chunk - this.#saved <= 2 * window * chunk
		);
	}

	#launch(): void {
		const from = this.#next;
		const to = Math.min(from + Math.min(this.#work.chunk, this.#granted), this.#work.total);
		this.#next = to;
		this.#granted -= to - from;
		const flight = this.#work
			.push(from, to, this.#stop.signal)
			.then(() => this.#acknowledge(from, to), this.#fail)
			.finally(() => this.#flying.delete(flight));
		this.#flying.add(flight);
	}

	#acknowledge(from: number, to: number): void {
		this.#ahead.set(from, to);
		for (;;) {
			const end = this.#ahead.get(this.#acknowledged);
			if (end === undefined) break;
			this.#ahead.delete(this.#acknowledged);
			this.#acknowledged = end;
		}
		this.#work.onProgress(this.#acknowledged);
	}

	readonly #fail = (error: unknown): void => {
		this.#failure ??= { error };
	};

	/**
	 * Begins a save where none is under way and the cursor is a quarter of its bound behind: a save after each chunk
	 * would cost the database more than the queue. The end of all is for the caller to save.
	 */
	#saveBehind(): void {
		const next = this.#acknowledged;
		const { window, chunk, total } = this.#work;
		if (this.#saving !== undefined || next === total || next - this.#saved < (window * chunk) / 2) return;
		this.#saving = this.#work
			.save(next)
			.then(() => {
				this.#saved = next;
			}, this.#fail)
			.finally(() => {
				this.#saving = undefined;
			});
	}

	/** Resolves when a chunk or a save has ended. */
	async #anything(): Promise<void> {
		await Promise.race([...this.#flying, ...(this.#saving === undefined ? [] : [this.#saving])]);
	}

	/** Waits for what is in flight and leaves the cursor behind it, as far as both are possible in time. */
	async #windDown(why: unknown): Promise<void> {
		this.#stop.abort(why);
		const inTime = async (work: Promise<unknown>, what: string) =>
			await withDeadline(GRACE_MS, work, () => new Fault("unreachable", `${what} within ${GRACE_MS} ms`));
		try {
			await inTime(Promise.all(this.#flying), "chunks in flight were not answered");
		} catch (error) {
			this.#work.onUnsaved(error);
		}
		try {
			await inTime(this.#saveLast(), "the cursor was not saved");
		} catch (error) {
			this.#work.onUnsaved(error);
		}
	}

	async #saveLast(): Promise<void> {
		await this.#saving;
		const next = this.#acknowledged;
		if (next === this.#saved || next === this.#work.total) return;
		await this.#work.save(next);
	}
}
