import { beforeAll, expect, test } from "bun:test";
import { isFault } from "../../../../src/base/fault.ts";
import { enumerate } from "../../../../src/enumeration/tangles/enumerate.ts";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { Comparison, type Finding } from "../../../../src/enumeration/verify/comparison.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

let sets: TangleFields[][] = [];
const of = (TCN: number) => sets[TCN] ?? [];

beforeAll(async () => {
	sets = await tanglesUpTo(8);
});

async function findings(TCN: number, stored: Iterable<TangleFields>): Promise<Finding[]> {
	const comparison = new Comparison(TCN);
	for await (const tangle of enumerate(TCN, async (below) => of(below))) comparison.expect(tangle);
	expect(comparison.size).toBe(of(TCN).length);
	const wrong: Finding[] = [];
	for (const tangle of stored) {
		const finding = comparison.check(tangle);
		if (finding !== undefined) wrong.push(finding);
	}
	return [...wrong, ...comparison.missing()];
}

test("a complete TCN has no finding, in whatever order it is stored", async () => {
	for (let TCN = 1; TCN <= 8; TCN += 1) expect(await findings(TCN, of(TCN).toReversed())).toEqual([]);
});

test("20 missing, 3 extra and one wrong in each attribute are named, and nothing else", async () => {
	const all = of(8);
	const missing = all.filter((_, at) => at % 100 === 7).slice(0, 20);
	const extra: TangleFields[] = ["i[2 2 2 2 2]", "i([2][2]", "i([3][3]2)"].map((notation) => ({
		notation,
		TCN: 8,
		is_good: true,
		positivity: "neutral",
	}));
	const change = new Map<number, Partial<TangleFields>>([
		[11, { is_good: all[11]?.is_good !== true }],
		[12, { positivity: all[12]?.positivity === "neutral" ? "positive" : "neutral" }],
		[13, { TCN: 7 }],
	]);
	const stored = all
		.map((tangle, at) => ({ ...tangle, ...change.get(at) }))
		.filter((_, at) => !missing.includes(all[at] as TangleFields));
	const found = await findings(8, [...stored, ...extra]);
	expect(found).toEqual([
		...[11, 12, 13].map((at) => ({
			kind: "wrong" as const,
			stored: { ...all[at], ...change.get(at) },
			computed: all[at],
		})),
		...extra.map((tangle) => ({ kind: "extra" as const, stored: tangle })),
		...missing.map((tangle) => ({ kind: "missing" as const, computed: tangle })),
	] as Finding[]);
});

test("a tangle that is stored twice is an extra one", async () => {
	const [first] = of(5);
	if (first === undefined) throw new Error("TCN 5 is empty");
	expect(await findings(5, [...of(5), first])).toEqual([{ kind: "extra", stored: first }]);
});

test("a stored tangle below that cannot be read is an error, not a TCN without it", async () => {
	const below = (TCN: number) => of(TCN).map((tangle) => (tangle.notation === "i[3]" ? { ...tangle, TCN: 9 } : tangle));
	const run = Array.fromAsync(enumerate(5, below));
	expect(isFault(await run.catch((error: unknown) => error), "data")).toBe(true);
});
