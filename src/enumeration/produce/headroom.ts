import { Looks } from "./looks.ts";
import type { ProducerAtWork } from "./producer.ts";

/**
 * How many jobs of a stencil may be pushed now, 1 or more. While the queue holds `headroom` jobs or more this waits
 * until
 * half of the headroom is free, and the stencil says that it rests; its state stays started, which every producer
 * resumes.
 * The queue never holds more than headroom + window x chunk jobs of ours. `onCount` is called with their number at each
 * look.
 */
export async function admitJobs(
	producer: ProducerAtWork,
	stencilId: string,
	onCount: (enqueued: number) => void,
): Promise<number> {
	const { queue, settings, term, signal } = producer;
	const { headroom, window, chunk, pollMs } = settings;
	const grant = (enqueued: number) => Math.max(headroom - enqueued, window * chunk);
	const look = async () => {
		const counts = await queue.counts(signal);
		onCount(counts.enqueued);
		return counts;
	};
	let counts = await look();
	if (counts.enqueued < headroom) return grant(counts.enqueued);
	await term.update(stencilId, { resting: true });
	let reported = -1;
	const looks = new Looks(pollMs);
	while (counts.enqueued > headroom / 2) {
		if (counts.enqueued !== reported) {
			const { processed, failed, ...open } = counts;
			producer.emit({ event: "waiting", for: "headroom", ...open });
			reported = counts.enqueued;
		}
		await looks.next(signal);
		counts = await look();
	}
	await term.update(stencilId, { resting: false });
	return grant(counts.enqueued);
}
