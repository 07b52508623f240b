import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { attributesOf } from "../../../../../src/enumeration/tangles/attributes.ts";
import { countTangles } from "../../../../../src/enumeration/tangles/grammar/counts.ts";
import { whyNoTangle } from "../../../../../src/enumeration/tangles/grammar/member.ts";
import { Numbering } from "../../../../../src/enumeration/tangles/grammar/numbering.ts";
import { MOST_NUMBERED_TCN } from "../../../../../src/enumeration/tangles/grammar/tables.ts";
import { parse } from "../../../../../src/enumeration/tangles/parse.ts";
import type { TangleFields } from "../../../../../src/enumeration/tangles/tangle.ts";
import { tanglesUpTo } from "../../../../support/tangle-sets.ts";

const MOST = 10;
let sets: TangleFields[][] = [];
beforeAll(async () => {
	sets = await tanglesUpTo(MOST);
});

test(`every tangle to TCN ${MOST} has a number of its own, which says which tangle it is`, () => {
	for (let tcn = 1; tcn <= MOST; tcn += 1) {
		const numbering = new Numbering(tcn);
		const numbers = new Set<number>();
		for (const tangle of sets[tcn] ?? []) {
			const number = numbering.numberOf(parse(tangle.notation), tangle.positivity);
			const back = numbering.tangleOf(number);
			// For 36,000 tangles: the matchers cost more than the numbers, and are asked only for their message.
			if (number < 0 || number >= numbering.size) expect(number).toBeWithin(0, numbering.size);
			if (!Bun.deepEquals(back, tangle)) expect(back).toEqual(tangle);
			numbers.add(number);
		}
		expect(numbers.size).toBe(sets[tcn]?.length ?? 0);
	}
});

test("the numbers that no tangle has are the second ones of the neutral tangles", () => {
	for (let tcn = 1; tcn <= MOST; tcn += 1) {
		const numbering = new Numbering(tcn);
		const used = new Set((sets[tcn] ?? []).map((it) => numbering.numberOf(parse(it.notation), it.positivity)));
		const wrong: number[] = [];
		let unused = 0;
		for (let number = 0; number < numbering.size; number += 1) {
			if (used.has(number)) continue;
			unused += 1;
			const tangle = numbering.tangleOf(number);
			if (number < numbering.size / 2 || tangle !== undefined) wrong.push(number);
		}
		expect(wrong).toEqual([]);
		expect(unused).toBe(sets[tcn]?.filter(({ positivity }) => positivity === "neutral").length ?? 0);
	}
});

test("at any TCN a number is a tangle, and a tangle its number; the last one is exact", () => {
	const numberings = Array.from({ length: MOST_NUMBERED_TCN }, (_, index) => new Numbering(index + 1));
	for (const { tcn, not_negative } of countTangles(MOST_NUMBERED_TCN)) {
		if (tcn >= 1) expect(BigInt(numberings[tcn - 1]?.size ?? 0)).toBe(2n * not_negative);
	}
	const check = (tcn: number, number: number) => {
		const numbering = numberings[tcn - 1];
		const tangle = numbering?.tangleOf(number);
		if (numbering === undefined || tangle === undefined) {
			// Of a neutral tangle only the first number counts.
			expect(number).toBeGreaterThanOrEqual((numbering?.size ?? 0) / 2);
			return;
		}
		const root = parse(tangle.notation);
		expect(whyNoTangle(root)).toBeUndefined();
		expect(attributesOf(root)).toEqual({ TCN: tcn, is_good: tangle.is_good, positivity: tangle.positivity });
		expect(numbering.numberOf(root, tangle.positivity)).toBe(number);
	};
	fc.assert(
		fc.property(fc.integer({ min: 1, max: MOST_NUMBERED_TCN }), fc.nat({ max: 2 ** 31 - 1 }), (tcn, part) => {
			const { size } = numberings[tcn - 1] ?? { size: 0 };
			check(tcn, Math.floor((part / 2 ** 31) * size));
			check(tcn, size - 1 - (part % Math.min(size, 1000)));
		}),
		{ numRuns: 2000 },
	);
});

test("i[0] and infinity have a number, too", () => {
	for (const [tcn, notation] of [
		[0, "i[0]"],
		[-1, "i[0 0]"],
	] as const) {
		const numbering = new Numbering(tcn);
		expect([numbering.size, numbering.numberOf(parse(notation), "neutral")]).toEqual([2, 0]);
		expect(numbering.tangleOf(0)).toMatchObject({ notation, TCN: tcn, is_good: false, positivity: "neutral" });
		expect(numbering.tangleOf(1)).toBeUndefined();
	}
});

test("beyond the doubles' exact numbers there is no numbering", () => {
	const next = countTangles(MOST_NUMBERED_TCN + 1).at(-1);
	expect(Number(2n * (next?.not_negative ?? 0n))).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
	expect(() => new Numbering(MOST_NUMBERED_TCN + 1)).toThrow(new RangeError("tangles of TCN 30 have no exact numbers"));
});
