import { Numbering } from "./numbering.ts";

/**
 * Notations of up to `most` tangles of a TCN, evenly spread over its numbers: a fair sample of what is stored of a
 * complete TCN, told without a look at it. Throws a RangeError for a TCN beyond MOST_NUMBERED_TCN.
 */
export function sampleOf(tcn: number, most: number): string[] {
	const numbering = new Numbering(tcn);
	const count = Math.min(most, numbering.size);
	const tangles = Array.from({ length: count }, (_, at) =>
		numbering.tangleOf(Math.floor(((at + 0.5) * numbering.size) / count)),
	);
	return tangles.flatMap((tangle) => tangle?.notation ?? []);
}
