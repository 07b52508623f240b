import { Fault, isFault } from "../base/fault.ts";
import { timerMs } from "../base/timer.ts";
import type { Session } from "./ports.ts";

/** How work goes on when its session is lost. */
export interface AcrossOptions {
	/** Opens a session; rejects with a Fault "unreachable" where no server answers, after some seconds of trying. */
	readonly open: (signal: AbortSignal) => Promise<Session>;
	/** Of `performance.now()`, in ms; `Infinity` for no limit. */
	readonly deadline: number;
	readonly signal: AbortSignal;
	/** Called at each loss, before the new session is opened. */
	readonly lost?: (cause: Fault) => void;
}

/**
 * Runs `work` in a session. When the session is lost, because the servers restart or are away, `work` runs again in a
 * new one: the servers are tried until the deadline, since an address that has answered once is right. Only the first
 * session must open at once. Returns the result of `work` with its session, which is open; before it throws, the
 * session is closed. Throws what `work` throws, the signal's reason, and a Fault "unreachable" where the deadline
 * passes without a session.
 */
export async function acrossSessions<T>(
	options: AcrossOptions,
	work: (session: Session) => Promise<T>,
): Promise<{ readonly session: Session; readonly value: T }> {
	const { open, deadline, signal, lost } = options;
	let session = await open(signal);
	for (;;) {
		try {
			return { session, value: await work(session) };
		} catch (error) {
			const gone = session.lost.aborted && isFault(error, "unreachable") && !signal.aborted;
			await session.close();
			if (!gone || performance.now() >= deadline) throw error;
			lost?.(error);
		}
		session = await reopen(options);
	}
}

/** Tries until the deadline. Where the deadline ends an attempt, the fault has the message of the attempt before. */
async function reopen({ open, deadline, signal }: AcrossOptions): Promise<Session> {
	const began = performance.now();
	const late = new AbortController();
	let trouble: Fault | undefined;
	const left = Math.max(0, deadline - began);
	const over = () => {
		const tried = `no new session within ${Math.round(left / 100) / 10} s, the time that was left to wait`;
		late.abort(new Fault("unreachable", trouble === undefined ? tried : `${trouble.message}; ${tried}`));
	};
	// Not AbortSignal.timeout: its reason would be no Fault.
	const timer = Number.isFinite(left) ? setTimeout(over, timerMs(left)) : undefined;
	const ends = AbortSignal.any([signal, late.signal]);
	try {
		for (;;) {
			try {
				return await open(ends);
			} catch (error) {
				if (ends.aborted || !isFault(error, "unreachable")) throw error;
				trouble = error;
			}
		}
	} finally {
		clearTimeout(timer);
	}
}
