import type { Batch, Conditions } from "./batch.ts";
import { isCurrent, newestOf } from "./derive.ts";

/**
 * The types that stop a batch for whoever asks for `past`: the stop event, unless it is asked for. A station that takes
 * stopped batches names the stop event in its `past`.
 */
export function stoppedBy(stopEvent: string, past: readonly string[]): readonly string[] {
	return past.includes(stopEvent) ? [] : [stopEvent];
}

/** Why the batch does not fulfil the conditions, a reason for each that fails; none where it is ready. */
export function unmet(batch: Batch, { past, future, old, types, unless = [], failed = [] }: Conditions): string[] {
	const newest = newestOf(batch.events);
	const sinceChange = (type: string) => batch.events.some((event) => event.type === type && isCurrent(event, batch));
	return [
		...past
			.filter((type) => newest.get(type)?.success !== true)
			.map((type) => `past ${type}: ${newest.has(type) ? "its newest event failed" : "never happened"}`),
		...failed
			.filter((type) => newest.get(type)?.success !== false)
			.map((type) => `failed ${type}: ${newest.has(type) ? "its newest event succeeded" : "never happened"}`),
		...future.filter((type) => newest.has(type)).map((type) => `future ${type}: happened`),
		...old.filter(sinceChange).map((type) => `old ${type}: happened since the last change`),
		...unless.filter((type) => newest.get(type)?.success === true).map((type) => `stopped: ${type} succeeded`),
		...(types.length === 0 || types.includes(batch.type) ? [] : [`type ${batch.type} is none of ${types.join(", ")}`]),
	];
}
