import { sleep } from "../../base/deadline.ts";
import type { JobSource, WorkerState } from "./ports.ts";

/** As the server asks for; without a beat for 60 s it forgets the worker. */
const BEAT_MS = 15_000;

/**
 * Beats until `signal` aborts. `state` is what the worker does; `told` is called with what the server wants, where that is
 * more. Throws what `JobSource.beat` throws.
 */
export async function beat(
	source: JobSource,
	signal: AbortSignal,
	state: () => WorkerState,
	told: (wanted: WorkerState) => void,
): Promise<void> {
	while (!signal.aborted) {
		try {
			const wanted = await source.beat(state(), signal);
			if (wanted !== "running" && wanted !== state()) told(wanted);
			await sleep(BEAT_MS, signal);
		} catch (error) {
			if (!signal.aborted) throw error;
		}
	}
}
