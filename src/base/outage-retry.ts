import pRetry from "p-retry";
import { Fault, isFault, messageOf } from "./fault.ts";
import type { Log } from "./log.ts";
import { signOfLife } from "./sign-of-life.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** What an attempt is given when patience is nearly spent: less would fail on a server that is well again. */
const SHORTEST_ATTEMPT_MS = 1000;

/** How one kind of call is tried. */
export interface Attempts {
	/** Longest time for one attempt, ms. */
	readonly attemptMs: number;
	/** Aborted: no further attempt, and the signal's reason is thrown. An answer that has come by then still counts. */
	readonly signal?: AbortSignal | undefined;
}

/** Calls to one server, carried across its outages. */
export interface OutageRetry {
	/** For people: `Faktory at 127.0.0.1:7419`. */
	readonly server: string;
	/**
	 * Runs `attempt` until it succeeds; it gets the milliseconds it may take, and says by a Fault "unreachable" that
	 * trying again makes sense. Every other error is thrown at once. Throws "unreachable", with the server, the time it
	 * was tried and the last cause, once patience is spent.
	 */
	call<T>(attempts: Attempts, attempt: (ms: number) => Promise<T>): Promise<T>;
}

/** Rides out outages of `server` for up to `patienceMs`, and logs one line as each begins and one as it ends. */
export function createOutageRetry(server: string, patienceMs: number, log: Log): OutageRetry {
	let outSince: number | undefined;
	const failed = (error: unknown) => {
		if (outSince !== undefined) return;
		outSince = performance.now();
		log.warn(`${server} is out of reach; trying on`, { cause: messageOf(error) });
	};
	const answered = () => {
		if (outSince === undefined) return;
		log.info(`${server} answers again`, { after_ms: Math.round(performance.now() - outSince) });
		outSince = undefined;
	};
	return {
		server,
		call: async ({ attemptMs, signal }, attempt) => {
			let began = performance.now();
			let done: { value: Awaited<ReturnType<typeof attempt>> } | undefined;
			let failures = 0;
			try {
				await pRetry(
					async () => {
						const now = performance.now();
						if (failures === 0) began = now;
						const left = Math.max(SHORTEST_ATTEMPT_MS, began + patienceMs - now);
						try {
							done = { value: await attempt(Math.min(attemptMs, left, Math.max(patienceMs, SHORTEST_ATTEMPT_MS))) };
						} finally {
							signOfLife();
						}
						answered();
					},
					{
						retries: Number.POSITIVE_INFINITY,
						minTimeout: FIRST_PAUSE_MS,
						maxTimeout: Math.min(LONGEST_PAUSE_MS, patienceMs / 4),
						randomize: true,
						...(signal === undefined ? {} : { signal }),
						shouldRetry: ({ error }) => isFault(error, "unreachable") && performance.now() < began + patienceMs,
						onFailedAttempt: ({ error }) => {
							if (!isFault(error, "unreachable")) return;
							failures += 1;
							failed(error);
						},
					},
				);
			} catch (error) {
				if (done === undefined) throw finalFault(server, error, performance.now() - began);
			}
			if (done === undefined) throw new Error("an attempt ended without value or error");
			return done.value;
		},
	};
}

function finalFault(server: string, error: unknown, ms: number): unknown {
	if (!isFault(error, "unreachable")) return error;
	const seconds = (ms / 1000).toFixed(1);
	return new Fault(
		"unreachable",
		`${server} is unreachable or did not answer in time, tried for ${seconds} s: ${error.message}`,
		{
			hint: error.hint ?? "see that it runs and that the address is right; what was done is kept, start again to go on",
			cause: error.cause,
		},
	);
}
