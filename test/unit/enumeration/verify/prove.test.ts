import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { integralTangles } from "../../../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import type { ProofFinding, StoredTangle } from "../../../../src/enumeration/verify/findings.ts";
import type { Proof, ProofSettings } from "../../../../src/enumeration/verify/proof.ts";
import { type ProofProgress, prove } from "../../../../src/enumeration/verify/prove.ts";
import { whyExtra } from "../../../../src/enumeration/verify/tangle-check.ts";
import { StoredSet } from "../../../support/stored-set.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

let sets: TangleFields[][] = [];
const of = (TCN: number) => sets[TCN] ?? [];

beforeAll(async () => {
	sets = await tanglesUpTo(9);
});

const proofOf = async (
	tcn: number,
	stored: readonly StoredTangle[] | StoredSet,
	settings: Partial<ProofSettings> = {},
) =>
	await prove(
		stored instanceof StoredSet ? stored : new StoredSet(stored),
		{ tcn, detail: "full", memoryBytes: 1e6, ...settings },
		{ report: () => {} },
	);

const line = (finding: ProofFinding) => JSON.stringify(finding);
const sorted = (findings: readonly ProofFinding[]) => findings.map(line).toSorted();
const counts = ({ computed, stored, missing, extra, wrong, left_out }: Proof) => ({
	...{ computed, stored, missing, extra, wrong, left_out },
});
const COMPLETE = { missing: 0, extra: 0, wrong: 0, findings: [], left_out: 0 };

test("a complete TCN has no finding, in whatever order it is stored", async () => {
	for (let tcn = 1; tcn <= 9; tcn += 1) {
		const { length } = of(tcn);
		expect(await proofOf(tcn, of(tcn).toReversed())).toEqual({ tcn, computed: length, stored: length, ...COMPLETE });
	}
	for (const tcn of [-1, 0]) {
		expect(await proofOf(tcn, integralTangles())).toEqual({ tcn, computed: 1, stored: 1, ...COMPLETE });
		expect(await proofOf(tcn, [])).toMatchObject({ missing: 1, findings: [{ computed: { TCN: tcn } }] });
	}
});

/** TCN 8 with faults of every kind, and what is to be found. */
function faulty(): { stored: StoredTangle[]; findings: ProofFinding[] } {
	const all = of(8);
	const missing = all.filter((_, at) => at % 100 === 7).slice(0, 20);
	const extra = ["i[2 2 2 2 2]", "i([2][2]", "i([3][3]2)"].map((notation) => ({
		...{ notation, TCN: 8, is_good: true, positivity: "neutral" },
	}));
	const change = new Map<number, Partial<StoredTangle>>([
		[11, { is_good: all[11]?.is_good !== true }],
		[12, { positivity: all[12]?.positivity === "neutral" ? "positive" : "neutral" }],
		[13, { TCN: 7 }],
		[14, { positivity: undefined }],
	]);
	const kept = all
		.map((tangle, at) => ({ ...tangle, ...change.get(at) }))
		.filter((_, at) => !missing.includes(all[at] as TangleFields));
	const wrong = [...change].map(([at, fields]) => ({
		...{
			kind: "wrong" as const,
			stored: { ...(all[at] as TangleFields), ...fields },
			computed: all[at] as TangleFields,
		},
	}));
	return {
		stored: [...kept, ...extra],
		findings: [
			...missing.map((computed) => ({ kind: "missing" as const, computed })),
			...extra.map((stored) => ({ kind: "extra" as const, stored })),
			...wrong,
		],
	};
}

test("20 missing, 3 extra, one wrong in each attribute and one without are named, and nothing else", async () => {
	const { stored, findings } = faulty();
	const proof = await proofOf(8, stored);
	expect(sorted(proof.findings)).toEqual(sorted(findings));
	expect(counts(proof)).toEqual({
		...{ computed: 2064, stored: 2064 - 20 + 3 - 1, missing: 20, extra: 3, wrong: 4, left_out: 0 },
	});
});

test("a small memory takes several passes, and finds the same", async () => {
	const { stored, findings } = faulty();
	for (const [memoryBytes, passes] of [
		[320, 1],
		[319, 2],
		[100, 4],
		[10, 32],
	] as const) {
		const set = new StoredSet(stored);
		const proof = await proofOf(8, set, { memoryBytes });
		expect(set.passes).toBe(passes);
		expect(sorted(proof.findings)).toEqual(sorted(findings));
		expect(proof).toMatchObject({ missing: 20, extra: 3, wrong: 4, left_out: 0 });
	}
	expect(await proofOf(8, of(8), { memoryBytes: 10 })).toMatchObject(COMPLETE);
});

test("counting alone gives how many are missing and does not name or look for them", async () => {
	const { stored } = faulty();
	const set = new StoredSet(stored.slice(0, -1));
	const proof = await proofOf(8, set, { detail: "count" });
	// The tangle that is stored under TCN 7 is one of those that are missing.
	expect(counts(proof)).toMatchObject({ stored: 2045, missing: 21, extra: 2, wrong: 3, left_out: 21 });
	expect(proof.findings.some(({ kind }) => kind === "missing")).toBe(false);
	expect([set.passes, set.lookedFor]).toEqual([1, 0]);
	expect(await proofOf(8, of(8), { detail: "count" })).toMatchObject(COMPLETE);
});

test("a tangle that is stored twice is an extra one, the later of the two, though it has wrong attributes, too", async () => {
	const [first] = of(5);
	if (first === undefined) throw new Error("TCN 5 is empty");
	const second = { ...first, is_good: !first.is_good };
	const proof = await proofOf(5, [...of(5), second]);
	expect(proof.findings).toEqual([{ kind: "extra", stored: second }]);
});

test("one missing, one stored twice: the number is right, and both are named", async () => {
	const [first, second] = of(7);
	if (first === undefined || second === undefined) throw new Error("TCN 7 is empty");
	const proof = await proofOf(7, [second, ...of(7).slice(1)]);
	expect(proof).toMatchObject({ computed: 608, stored: 608, missing: 1, extra: 1, wrong: 0 });
	expect(sorted(proof.findings)).toEqual(
		sorted([
			{ kind: "missing", computed: first },
			{ kind: "extra", stored: second },
		]),
	);
});

test("nothing stored at TCN 13: 10,000 are named, the others counted, and no more are looked for than are named", async () => {
	const set = new StoredSet([]);
	const proof = await proofOf(13, set);
	expect(proof).toMatchObject({ computed: 1_285_044, stored: 0, missing: 1_285_044, left_out: 1_275_044 });
	expect(new Set(proof.findings.map(line)).size).toBe(10_000);
	expect(set.lookedFor).toBe(10_000);
});

test("whatever is taken away, doubled or added in a TCN is what is found", async () => {
	const kinds = fc.constantFrom("keep", "remove", "double");
	await fc.assert(
		fc.asyncProperty(
			fc.array(kinds, { minLength: 188, maxLength: 188 }),
			fc.integer({ min: 1, max: 200 }),
			async (fates, memoryBytes) => {
				const fate = (wanted: string) => of(6).filter((_, at) => fates[at] === wanted);
				const stored = [...fate("keep"), ...fate("double"), ...fate("double")];
				const { findings } = await proofOf(6, stored, { memoryBytes });
				expect(sorted(findings)).toEqual(
					sorted([
						...fate("remove").map((computed) => ({ kind: "missing" as const, computed })),
						...fate("double").map((tangle) => ({ kind: "extra" as const, stored: tangle })),
					]),
				);
			},
		),
		{ numRuns: 100, endOnFailure: true },
	);
});

test("the progress ends at its total where all is stored, and names its steps", async () => {
	const steps: ProofProgress[] = [];
	const settings = { tcn: 6, detail: "full", memoryBytes: 20 } as const;
	await prove(new StoredSet([...integralTangles().slice(0, 2), ...sets.flat()]), settings, {
		report: (state) => steps.push(state),
	});
	// Two passes over 188 tangles, and what is below.
	const below = 2 + 4 + 8 + 20 + 60;
	expect(steps.at(-1)).toEqual({ step: "naming", done: below + 2 * 188, total: below + 2 * 188 });
	expect([...new Set(steps.map(({ step }) => step))]).toEqual(["below", "checking", "naming"]);
});

test("why a stored tangle is one too many is told", () => {
	const why = (notation: string) => whyExtra({ notation, TCN: 8, is_good: true, positivity: "neutral" }, 8);
	expect(why("i([3][3]2)")).toBe("stored a second time");
	expect(why("i[2 2 2 2 2]")).toBe("a tangle of TCN 10");
	expect(why("i([2][2]")).toBe('no tangle of the enumeration: character 9: "[", "(", a weight, or ")" is expected');
	expect(why("i([2][-2]4)")).toBe(
		"no tangle of the enumeration: its positivity is undefined: it has signs of both kinds",
	);
});
