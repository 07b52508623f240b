import { enumerate } from "../../src/tangles/enumerate.ts";
import type { TangleFields } from "../../src/tangles/tangle.ts";

/** The tangles of TCN 1 .. `most`, by TCN, each from those below it; a place for TCN 0 is left empty. */
export async function tanglesUpTo(most: number): Promise<TangleFields[][]> {
	const sets: TangleFields[][] = [[]];
	for (let TCN = 1; TCN <= most; TCN += 1) {
		const tangles = new Map<string, TangleFields>();
		for await (const tangle of enumerate(TCN, (below) => sets[below] ?? [])) {
			if (!tangles.has(tangle.notation)) tangles.set(tangle.notation, tangle);
		}
		sets.push([...tangles.values()]);
	}
	return sets;
}

/** First 16 digits of the SHA-256 of the sorted notations, one a line. */
export function digest(tangles: readonly TangleFields[]): string {
	const lines = tangles.map(({ notation }) => notation).toSorted();
	return new Bun.CryptoHasher("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}
