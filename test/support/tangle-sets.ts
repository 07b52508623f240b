import { enumerate } from "../../src/enumeration/tangles/enumerate.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";

/** One set for each TCN: all test files of a process share them, since a set takes up to a second. */
const sets: Promise<readonly TangleFields[]>[] = [Promise.resolve([])];

async function tanglesOf(TCN: number): Promise<readonly TangleFields[]> {
	const below = await Promise.all(sets.slice(0, TCN));
	const tangles = new Map<string, TangleFields>();
	for await (const tangle of enumerate(TCN, (tcn) => below[tcn] ?? [])) {
		if (!tangles.has(tangle.notation)) tangles.set(tangle.notation, Object.freeze(tangle));
	}
	return [...tangles.values()];
}

/** The tangles of TCN 1 .. `most`, by TCN, each from those below it; a place for TCN 0 is left empty. */
export async function tanglesUpTo(most: number): Promise<TangleFields[][]> {
	while (sets.length <= most) sets.push(tanglesOf(sets.length));
	const all = await Promise.all(sets.slice(0, most + 1));
	return all.map((tangles) => [...tangles]);
}

/** First 16 digits of the SHA-256 of the sorted notations, one a line. */
export function digest(tangles: readonly Pick<TangleFields, "notation">[]): string {
	const lines = tangles.map(({ notation }) => notation).toSorted();
	return new Bun.CryptoHasher("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

/** TCN, total, good, not good, neutral, positive, negative, digest of the notations. */
export const TOTALS: readonly (readonly [number, number, number, number, number, number, number, string])[] = [
	[1, 2, 0, 2, 2, 0, 0, "decaa2780841a9e0"],
	[2, 4, 2, 2, 4, 0, 0, "9d8eaadaca2f76e4"],
	[3, 8, 4, 4, 8, 0, 0, "31da483dbb0f91b0"],
	[4, 20, 10, 10, 16, 2, 2, "64dea42c7ca67096"],
	[5, 60, 32, 28, 32, 14, 14, "8987a23965ae0023"],
	[6, 188, 106, 82, 72, 58, 58, "6d3f5e9d143f46ca"],
	[7, 608, 350, 258, 184, 212, 212, "fb46f3774a9dc8af"],
	// From here on computed here. Known from elsewhere: 7,232 tangles of TCN 9, and 129,908 of TCN 2 to 11 together. The
	// digests of 8 and 9 are also the reference's, in test/unit/enumeration/tangles/totals.test.ts.
	[8, 2064, 1194, 870, 496, 784, 784, "df04db06b96db40f"],
	[9, 7232, 4202, 3030, 1392, 2920, 2920, "04ee1d9fe7135d70"],
	[10, 25848, 15062, 10786, 4080, 10884, 10884, "2341f1f4b2dccd8d"],
	[11, 93876, 54768, 39108, 12288, 40794, 40794, "2e5a84b0b9296b64"],
];
