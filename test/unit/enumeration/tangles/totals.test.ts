import { beforeAll, expect, test } from "bun:test";
import { integralTangles } from "../../../../src/enumeration/tangles/integral.ts";
import { read } from "../../../../src/enumeration/tangles/read.ts";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { type Emitted, referenceJob } from "../../../support/graft-reference.ts";
import { digest, TOTALS, tanglesUpTo } from "../../../support/tangle-sets.ts";

const MOST = 11;
let sets: TangleFields[][] = [];

beforeAll(async () => {
	sets = await tanglesUpTo(MOST);
});

for (const [TCN, ...known] of TOTALS) {
	test(`the tangles of TCN ${TCN}: ${known[0]}, and exactly these`, () => {
		const tangles = sets[TCN] ?? [];
		const good = tangles.filter(({ is_good }) => is_good).length;
		const of = (wanted: string) => tangles.filter(({ positivity }) => positivity === wanted).length;
		const signs = [of("neutral"), of("positive"), of("negative")];
		expect([tangles.length, good, tangles.length - good, ...signs, digest(tangles)]).toEqual([...known]);
	});
}

test("the integral tangles of TCN -1 and 0 have the known digests", () => {
	const of = (wanted: number) => integralTangles().filter(({ TCN }) => TCN === wanted);
	expect(digest(of(-1))).toBe("0bb24deb010aced2");
	expect(digest(of(0))).toBe("f0d8d69b393f58f0");
});

test("TCN 2 to 11 have 129,908 tangles together", () => {
	expect(sets.slice(2).reduce((sum, tangles) => sum + tangles.length, 0)).toBe(129_908);
});

test("TCN, is_good and positivity of every tangle are those of its notation, and it is printed as it was read", () => {
	// What is wrong with one is thrown.
	for (const tangle of [...integralTangles(), ...sets.flat()]) read(tangle);
});

test("no notation has two TCNs", () => {
	const all = sets.flat().map(({ notation }) => notation);
	expect(new Set(all).size).toBe(all.length);
});

test("the reference, from its own tangles, finds the same up to TCN 9", () => {
	const found: Emitted[][] = [[]];
	for (let n = 1; n <= 9; n += 1) {
		const tangles = new Map<string, Emitted>();
		for (const seed of integralTangles().filter(({ TCN }) => TCN === n)) tangles.set(seed.notation, seed);
		for (let j = 1; j <= n - 2; j += 1) {
			const scions = found[n - j]?.filter(({ is_good }) => is_good) ?? [];
			for (const tangle of referenceJob(found[j] ?? [], scions)) tangles.set(tangle.notation, tangle);
		}
		found.push([...tangles.values()]);
		const line = ({ notation, is_good, positivity }: Emitted) => `${notation} ${is_good} ${positivity}`;
		expect((sets[n] ?? []).map(line).toSorted()).toEqual([...tangles.values()].map(line).toSorted());
	}
});
