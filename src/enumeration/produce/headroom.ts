import { pause } from "../../base/deadline.ts";
import { STATE } from "../stencils/ports.ts";
import type { Producer } from "./producer.ts";

/**
 * How many jobs of a stencil may be pushed now, 1 or more. While the queue holds `headroom` jobs or more the stencil's
 * state is no_headroom, and this waits until half of the headroom is free. The queue never holds more than
 * headroom + window x chunk jobs of ours. `seen` is told how many it holds, at each look.
 */
export async function admitJobs(
	producer: Producer,
	stencilId: string,
	seen: (enqueued: number) => void,
): Promise<number> {
	const { queue, settings, store, signal } = producer;
	const { headroom, window, chunk, pollMs } = settings;
	const grant = (enqueued: number) => Math.max(headroom - enqueued, window * chunk);
	const look = async () => {
		const counts = await queue.counts(signal);
		seen(counts.enqueued);
		return counts;
	};
	let counts = await look();
	if (counts.enqueued < headroom) return grant(counts.enqueued);
	await store.update(stencilId, { state: STATE.noHeadroom });
	let told = -1;
	while (counts.enqueued > headroom / 2) {
		if (counts.enqueued !== told) {
			const { processed, failed, ...open } = counts;
			producer.tell({ event: "waiting", for: "headroom", ...open });
			told = counts.enqueued;
		}
		await pause(pollMs, signal);
		counts = await look();
	}
	await store.update(stencilId, { state: STATE.started });
	return grant(counts.enqueued);
}
