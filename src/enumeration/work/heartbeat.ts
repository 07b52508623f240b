import { sleep } from "../../base/deadline.ts";
import type { JobSource, WorkerState } from "./ports.ts";

/** As the server asks for; without one for 60 s it forgets the worker. */
const BEAT_MS = 15_000;

/**
 * Sends heartbeats until `signal` aborts. `state` is what the worker does; `onWanted` is called with what the server
 * wants, where that is
 * more. Throws what `JobSource.heartbeat` throws.
 */
export async function sendHeartbeats(
	source: JobSource,
	signal: AbortSignal,
	state: () => WorkerState,
	onWanted: (wanted: WorkerState) => void,
): Promise<void> {
	while (!signal.aborted) {
		try {
			const wanted = await source.heartbeat(state(), signal);
			if (wanted !== "running" && wanted !== state()) onWanted(wanted);
			await sleep(BEAT_MS, signal);
		} catch (error) {
			if (!signal.aborted) throw error;
		}
	}
}
