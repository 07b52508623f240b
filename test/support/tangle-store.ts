import type { Collection } from "mongodb";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import type { Enumeration } from "./enumeration.ts";
import { digest, TOTALS } from "./tangle-sets.ts";

/** A row of TOTALS, of what is stored. */
export async function totalsOf({ tangles: collection }: Enumeration, TCN: number): Promise<(typeof TOTALS)[number]> {
	const tangles = await (collection as unknown as Collection<TangleFields>).find({ TCN }).toArray();
	const good = tangles.filter(({ is_good }) => is_good).length;
	const of = (wanted: string) => tangles.filter(({ positivity }) => positivity === wanted).length;
	const signs = [of("neutral"), of("positive"), of("negative")] as const;
	return [TCN, tangles.length, good, tangles.length - good, ...signs, digest(tangles)];
}

/** The rows of TOTALS up to a TCN. */
export const totalsUpTo = (most: number) => TOTALS.filter(([TCN]) => TCN <= most);

/** Numbers of the tangles stored of each TCN from 1 to `most`. */
export async function storedUpTo(run: Enumeration, most: number) {
	return await Promise.all(Array.from({ length: most }, (_, at) => totalsOf(run, at + 1)));
}
