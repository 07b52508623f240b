import type { Enumeration, Round } from "../stencils/ports.ts";
import type { Producer } from "./producer.ts";

/** The counters from which the jobs of `tcn` are counted, noted before the first of them is pushed. */
export async function noteRound(producer: Producer, { round }: Enumeration, tcn: number): Promise<Round> {
	if (round?.tcn === tcn) return round;
	const { processed, failed } = await producer.queue.counts(producer.signal);
	const begun = { tcn, processed, failed };
	await producer.store.beginRound(begun);
	return begun;
}
