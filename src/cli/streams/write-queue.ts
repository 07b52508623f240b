import { linesIn, takePiece } from "./pieces.ts";
import { type Put, put } from "./put.ts";

/**
 * `payload` is never dropped while it can be written; `log` lines are dropped and counted rather than held for ever.
 */
export type StreamKind = "payload" | "log";

export interface Entry {
	readonly kind: StreamKind;
	readonly bytes: Buffer;
}

/** Log lines that were dropped, and why. */
export interface Dropped {
	readonly lines: number;
	readonly why: string;
}

export interface WriteQueueOptions {
	readonly descriptors: Readonly<Record<StreamKind, number>>;
	/** Bytes written at once; lines up to this length are written whole. */
	readonly pieceBytes: number;
	/** The log line that reports dropped lines, written as soon as stderr takes one again. */
	readonly notice: (dropped: Dropped) => string;
	/** Called once, with what the system said when payload could not be written. */
	readonly payloadFailed: (error: NodeJS.ErrnoException) => void;
}

/** A reader that has taken nothing for so long gets no more log lines until it takes something. */
const STALL_MS = 5000;
/** Log lines held in memory, at most: what is logged beyond them is dropped. */
const MOST_LOG_BYTES = 4 * 1024 * 1024;
/** A producer of unbounded log lines waits while the queue holds more bytes than this. */
const ROOMY_BYTES = 256 * 1024;

/**
 * What is written to one file, in the order of the calls, without ever blocking the event loop and without ever
 * throwing.
 *
 *   idle --push--> writing --all written--> idle
 *                  writing --nothing taken for STALL_MS--> stalled: log lines are dropped and counted
 *                  stalled --something taken--> writing: first a line that tells how many were dropped
 */
export class WriteQueue {
	readonly #options: WriteQueueOptions;
	#entries: Entry[] = [];
	/** Bytes queued or being written. */
	readonly #held = { payload: 0, log: 0 };
	#writing = false;
	#stalled = false;
	#stallTimer: ReturnType<typeof setTimeout> | undefined;
	#lastTaken = 0;
	#dropped = { lines: 0, why: "" };
	#failure: NodeJS.ErrnoException | undefined;
	/** What was written last ends in the middle of a line. */
	#inLine = false;
	#waiting: (() => void)[] = [];

	constructor(options: WriteQueueOptions) {
		this.#options = options;
	}

	push(kind: StreamKind, text: string): void {
		if (text === "" || (kind === "payload" && this.#failure !== undefined)) return;
		const bytes = Buffer.from(text);
		if (kind === "log" && (this.#stalled || this.#held.log > MOST_LOG_BYTES)) {
			this.#drop(bytes, this.#stalled ? "their reader has stalled" : "their reader is too slow");
			return;
		}
		this.#held[kind] += bytes.length;
		this.#entries.push({ kind, bytes });
		if (!this.#writing) void this.#run();
	}

	/**
	 * Resolves when what was pushed has room: payload when little of it is held, log lines also when they are dropped.
	 */
	async room(kind: StreamKind): Promise<void> {
		while (this.#held[kind] > ROOMY_BYTES && !(kind === "log" && this.#stalled)) await this.#change();
	}

	/**
	 * Resolves with true when all is written or refused; with false when something is still held and its reader has
	 * stalled: at once for log lines, for payload only once `signal` has aborted.
	 */
	async drained(signal: AbortSignal): Promise<boolean> {
		const wake = () => this.#wake();
		signal.addEventListener("abort", wake);
		try {
			while (this.#writing) {
				if (this.#stalled && (this.#held.payload === 0 || signal.aborted)) return false;
				await this.#change();
			}
			return true;
		} finally {
			signal.removeEventListener("abort", wake);
		}
	}

	#change(): Promise<void> {
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	#wake(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const resolve of waiting) resolve();
	}

	async #run(): Promise<void> {
		this.#writing = true;
		this.#lastTaken = performance.now();
		for (;;) {
			const piece = takePiece(this.#entries, this.#options.pieceBytes);
			if (piece === undefined) break;
			if (piece.kind === "log") await this.#writeLog(piece.bytes);
			else await this.#writePayload(piece.bytes);
			this.#held[piece.kind] -= piece.bytes.length;
			this.#wake();
		}
		this.#writing = false;
		clearTimeout(this.#stallTimer);
		this.#stallTimer = undefined;
		this.#wake();
	}

	async #writeLog(bytes: Buffer): Promise<void> {
		const { lines } = this.#dropped;
		if (lines > 0) {
			const { error } = await this.#put("log", Buffer.from(`${this.#options.notice(this.#dropped)}\n`));
			if (error !== undefined) return this.#drop(bytes, error.message);
			this.#dropped = { lines: this.#dropped.lines - lines, why: this.#dropped.why };
		}
		const { written, error } = await this.#put("log", bytes);
		// A line that was cut counts as dropped: its end is in the rest.
		if (error !== undefined) this.#drop(bytes.subarray(written), error.message);
	}

	async #writePayload(bytes: Buffer): Promise<void> {
		if (this.#failure !== undefined) return;
		const { error } = await this.#put("payload", bytes);
		if (error === undefined) return;
		this.#failure = error;
		this.#options.payloadFailed(error);
	}

	/** A line that was cut by an error is ended before anything else is written. */
	async #put(kind: StreamKind, bytes: Buffer): Promise<Put> {
		this.#watch();
		const end = Buffer.from(this.#inLine ? "\n" : "");
		const { written, ...rest } = await put(this.#options.descriptors[kind], Buffer.concat([end, bytes]));
		const own = Math.max(0, written - end.length);
		if (own > 0) this.#inLine = rest.error !== undefined && bytes[own - 1] !== 10;
		else if (written > 0) this.#inLine = false;
		this.#lastTaken = performance.now();
		this.#stalled = false;
		return { written: own, ...rest };
	}

	/** One timer for many writes: where something was taken meanwhile, it is set again for the rest. */
	#watch(ms = STALL_MS): void {
		this.#stallTimer ??= setTimeout(() => {
			this.#stallTimer = undefined;
			const left = this.#lastTaken + STALL_MS - performance.now();
			if (left <= 0) this.#stall();
			else this.#watch(left);
		}, ms);
	}

	#stall(): void {
		this.#stalled = true;
		const payload = this.#entries.filter(({ kind }) => kind === "payload");
		for (const { kind, bytes } of this.#entries) {
			if (kind === "payload") continue;
			this.#held.log -= bytes.length;
			this.#drop(bytes, "their reader has stalled");
		}
		this.#entries = payload;
		this.#wake();
	}

	#drop(bytes: Buffer, why: string): void {
		this.#dropped = { lines: this.#dropped.lines + linesIn(bytes), why };
	}
}
