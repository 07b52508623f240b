import { type Grafted, graft, ungood } from "./graft.ts";
import { read } from "./read.ts";
import { rootstockOf } from "./rootstock.ts";
import { scionOf } from "./scion.ts";
import type { Node, Positivity, TangleFields } from "./tangle.ts";

/** In the order of grafting. The other two could only give tangles of both signs. */
const CLASS_PAIRS: readonly (readonly [rootstocks: Positivity, scions: Positivity])[] = [
	["positive", "positive"],
	["positive", "neutral"],
	["negative", "negative"],
	["negative", "neutral"],
	["neutral", "positive"],
	["neutral", "negative"],
	["neutral", "neutral"],
];

/**
 * All that one job stores: every scion grafted on every rootstock, class by class of their stored positivity, then the
 * un-good form of every result, which is its graft on `i[0]`. Each tangle once, in the order in which they are first
 * found; they are computed as they are asked for. `scions` are good ones.
 *
 * Throws, before the first tangle, a NotationError or a Fault "data" where one that is given is not what it must be
 * (see `read`).
 */
export function* graftPages(
	rootstocks: readonly TangleFields[],
	scions: readonly TangleFields[],
): Generator<TangleFields, void, undefined> {
	const rootstockClasses = byClass(rootstocks, rootstockOf);
	const scionClasses = byClass(scions, scionOf);
	const found = new Map<string, Grafted>();
	for (const [rootstockClass, scionClass] of CLASS_PAIRS) {
		for (const rootstock of rootstockClasses[rootstockClass]) {
			for (const scion of scionClasses[scionClass]) {
				const grafted = graft(rootstock, scion);
				if (grafted === undefined) continue;
				const { notation, flipped, TCN, is_good, positivity } = grafted;
				if (!found.has(notation)) {
					found.set(notation, grafted);
					yield { notation, TCN, is_good, positivity };
				}
				if (flipped !== undefined && !found.has(flipped)) {
					found.set(flipped, grafted);
					yield { notation: flipped, TCN, is_good, positivity };
				}
			}
		}
	}
	// None of these was found before, so none is looked up, which would cost as much as all grafts did: a result with one
	// child and root weight 0 comes from the rootstock i[0] alone, and that one's results have no un-good forms.
	for (const [result, { TCN, positivity, hasUngood }] of found) {
		if (hasUngood) yield { notation: ungood(result), TCN, is_good: false, positivity };
	}
}

function byClass<T>(
	tangles: readonly TangleFields[],
	prepare: (root: Node, TCN: number) => T,
): Readonly<Record<Positivity, T[]>> {
	const classes: Record<Positivity, T[]> = { positive: [], negative: [], neutral: [] };
	for (const tangle of tangles) {
		const prepared = prepare(read(tangle), tangle.TCN);
		classes[tangle.positivity].push(prepared);
	}
	return classes;
}
