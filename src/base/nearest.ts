import { distance } from "fastest-levenshtein";

/** Longer names are no slip of the fingers, and comparing them is slow. */
const LONGEST_COMPARED = 64;

/** What counts as near. */
export interface Nearness {
	/** The part of a name that is compared; the whole where this is absent. */
	readonly bare?: (name: string) => string;
	/** One letter in so many may differ (3 where this is absent), and one in any case. */
	readonly share?: number;
}

/** The known name that `name` was probably meant to be, or undefined where none is near. */
export function nearest(
	name: string,
	known: Iterable<string>,
	{ bare = (whole) => whole, share = 3 }: Nearness = {},
): string | undefined {
	if (name.length > LONGEST_COMPARED) return undefined;
	const own = bare(name);
	let best: { readonly name: string; readonly off: number } | undefined;
	for (const each of known) {
		const other = bare(each);
		const off = distance(own, other);
		const most = Math.max(1, Math.floor(Math.max(own.length, other.length) / share));
		if (off <= most && off < (best?.off ?? Number.POSITIVE_INFINITY)) best = { name: each, off };
	}
	return best?.name;
}
