import { beforeAll, expect, test } from "bun:test";
import { RING_CROSSINGS, solveClasses, weights } from "../../../../../src/enumeration/tangles/grammar/classes.ts";
import { countTangles, type TangleCounts } from "../../../../../src/enumeration/tangles/grammar/counts.ts";
import {
	product,
	type Series,
	scaled,
	sequences,
	series,
	sum,
} from "../../../../../src/enumeration/tangles/grammar/series.ts";
import { integralTangles } from "../../../../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../../../../src/enumeration/tangles/tangle.ts";
import { TOTALS, tanglesUpTo } from "../../../../support/tangle-sets.ts";

const MOST = 11;
const counts = new Map(countTangles(40).map((each) => [each.tcn, each]));
let sets: TangleFields[][] = [];
beforeAll(async () => {
	sets = await tanglesUpTo(MOST);
});

function counted(tcn: number, tangles: readonly TangleFields[]): TangleCounts {
	const number = (wanted: (tangle: TangleFields) => boolean) => BigInt(tangles.filter(wanted).length);
	const positive = number(({ positivity }) => positivity === "positive");
	const neutral = number(({ positivity }) => positivity === "neutral");
	return {
		tcn,
		total: BigInt(tangles.length),
		good: number(({ is_good }) => is_good),
		neutral,
		positive,
		negative: number(({ positivity }) => positivity === "negative"),
		not_negative: neutral + positive,
	};
}

test(`the formula gives what the enumeration gives, TCN -1 to ${MOST}`, () => {
	for (const tcn of [-1, 0]) {
		const tangles = integralTangles().filter(({ TCN }) => TCN === tcn);
		expect(counts.get(tcn)).toEqual(counted(tcn, tangles));
	}
	for (let tcn = 1; tcn <= MOST; tcn += 1) expect(counts.get(tcn)).toEqual(counted(tcn, sets[tcn] ?? []));
});

test("the formula gives the known totals: total, good, not good, neutral, positive, negative", () => {
	for (const [tcn, total, good, notGood, neutral, positive, negative] of TOTALS) {
		const not_negative = BigInt(neutral + positive);
		expect(counts.get(tcn)).toEqual({
			...{ tcn, total: BigInt(total), good: BigInt(total - notGood), not_negative },
			...{ neutral: BigInt(neutral), positive: BigInt(positive), negative: BigInt(negative) },
		});
		expect(total - notGood).toBe(good);
	}
});

test("the formula gives the numbers known from elsewhere at TCN 9, 13 and 16", () => {
	expect(counts.get(9)).toMatchObject({ total: 7232n, good: 4202n, not_negative: 4312n });
	expect(counts.get(13)).toMatchObject({ total: 1_285_044n });
	expect(counts.get(16)).toMatchObject({ total: 69_151_160n, good: 40_385_346n, not_negative: 36_408_604n });
});

test("the tangles to 16 crossings that are not negative are the published 49,640,818", () => {
	const sum = countTangles(16).reduce((total, { not_negative }) => total + not_negative, 0n);
	expect(sum).toBe(49_640_818n);
});

test("the counts of a TCN do not depend on how far they are computed, and begin at TCN -1", () => {
	const all = countTangles(40);
	expect(all.map(({ tcn }) => tcn)).toEqual(Array.from({ length: 42 }, (_, index) => index - 1));
	for (const most of [-1, 0, 1, 2, 3, 10, 29, 31]) expect(countTangles(most)).toEqual(all.slice(0, most + 2));
});

test("the classes satisfy the quadratic equation that the README derives from theirs", () => {
	const length = 41;
	const power = (exponent: number) => series(length, (n) => (n === exponent ? 1n : 0n));
	const [one, w1, w2, w3] = [power(0), weights(1, length), weights(2, length), weights(3, length)];
	const minus = (a: Series, b: Series) => sum(a, scaled(-1n, b));
	for (const allowed of [0, 1] as const) {
		const t = BigInt(allowed);
		const y = sum(one, solveClasses(allowed, length).child);
		const ring = scaled(t, power(RING_CROSSINGS));
		const w0 = sum(one, scaled(2n, w1));
		const squares = scaled(2n, product(product(w2, w2), sequences(w1)));
		const m = sum(one, scaled(t, power(2)), scaled(2n, w3), squares);
		const left = product(minus(product(sum(one, product(w0, m)), y), m), minus(sum(scaled(2n, one), ring), y));
		expect(product(left, minus(one, ring))).toEqual([...product(w0, m)]);
	}
});
