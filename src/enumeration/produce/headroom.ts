import { Looks } from "./looks.ts";
import type { Producer } from "./producer.ts";

/**
 * How many jobs of a stencil may be pushed now, 1 or more. While the queue holds `headroom` jobs or more this waits until
 * half of the headroom is free, and the stencil says that it rests; its state stays started, which every producer resumes.
 * The queue never holds more than headroom + window x chunk jobs of ours. `seen` is told how many it holds, at each look.
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
	await store.update(stencilId, { resting: true });
	let told = -1;
	const looks = new Looks(pollMs);
	while (counts.enqueued > headroom / 2) {
		if (counts.enqueued !== told) {
			const { processed, failed, ...open } = counts;
			producer.emit({ event: "waiting", for: "headroom", ...open });
			told = counts.enqueued;
		}
		await looks.next(signal);
		counts = await look();
	}
	await store.update(stencilId, { resting: false });
	return grant(counts.enqueued);
}
