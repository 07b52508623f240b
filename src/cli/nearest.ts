import { closest, distance } from "fastest-levenshtein";

/** The known name that `name` was probably meant to be, or undefined where none is near (a third of its letters off). */
export function nearest(name: string, known: readonly string[]): string | undefined {
	if (known.length === 0) return undefined;
	const best = closest(name, known);
	return distance(name, best) <= Math.max(1, Math.floor(Math.max(name.length, best.length) / 3)) ? best : undefined;
}
