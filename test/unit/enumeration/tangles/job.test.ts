import { beforeAll, expect, test } from "bun:test";
import { isFault } from "../../../../src/base/fault.ts";
import { attributesOf } from "../../../../src/enumeration/tangles/attributes.ts";
import { graftPages } from "../../../../src/enumeration/tangles/job.ts";
import { NotationError, parse } from "../../../../src/enumeration/tangles/parse.ts";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { parseTree, referenceGraft, referenceJob } from "../../../support/graft-reference.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

let sets: TangleFields[][] = [];
const of = (TCN: number) => sets[TCN] ?? [];
const good = (TCN: number) => of(TCN).filter(({ is_good }) => is_good);

beforeAll(async () => {
	sets = await tanglesUpTo(7);
	sets[0] = [stored("i[0]")];
});

function stored(notation: string): TangleFields {
	const { positivity, ...rest } = attributesOf(parse(notation));
	if (positivity === undefined) throw new Error(`${notation} has both signs`);
	return { notation, positivity, ...rest };
}

const withoutTcn = ({ notation, is_good, positivity }: TangleFields) => ({ notation, is_good, positivity });

test("a job gives what the reference gives, each tangle once, in the order of first production", () => {
	for (const [rootstocks, scions] of [
		[0, 6],
		[1, 7],
		[5, 5],
		[6, 4],
		[3, 6],
		[7, 2],
	] as const) {
		const given = [...graftPages(of(rootstocks), good(scions))];
		expect(given.map(withoutTcn)).toEqual(referenceJob(of(rootstocks), good(scions)));
		expect(new Set(given.map(({ TCN }) => TCN))).toEqual(new Set([rootstocks + scions]));
	}
});

test("the un-good step follows all grafts, and makes un-good forms of good ones only", () => {
	const given = [...graftPages(of(6), good(6))];
	const firstUngood = given.findIndex(({ is_good }) => !is_good);
	expect(given.slice(firstUngood).every(({ is_good }) => !is_good)).toBe(true);
	const zero = parseTree("i[0]");
	const forms = given.slice(0, firstUngood).flatMap(({ notation }) => referenceGraft(zero, parseTree(notation)));
	expect(given.slice(firstUngood).map(withoutTcn)).toEqual(forms);
});

test("a page, or two, in another order or cut in pieces give the same tangles", () => {
	const notations = (tangles: Iterable<TangleFields>) => [...tangles].map(({ notation }) => notation);
	const whole = notations(graftPages(of(6), good(6))).toSorted();
	const pieces = new Set<string>();
	for (let from = 0; from < of(6).length; from += 7) {
		for (let at = 0; at < good(6).length; at += 50) {
			const page = graftPages(of(6).slice(from, from + 7), good(6).slice(at, at + 50));
			for (const notation of notations(page)) pieces.add(notation);
		}
	}
	expect([...pieces].toSorted()).toEqual(whole);
	expect(notations(graftPages(of(6).toReversed(), good(6).toReversed())).toSorted()).toEqual(whole);
});

test("empty pages give nothing", () => {
	expect([...graftPages([], good(4))]).toEqual([]);
	expect([...graftPages(of(4), [])]).toEqual([]);
});

test("what two stencils of TCN 7 give both is the same: a ring moved right, and the flipped sign of a root", () => {
	const find = (rootstock: string, scion: string, wanted: string) =>
		[...graftPages([stored(rootstock)], [stored(scion)])].find(({ notation }) => notation === wanted);
	const moved = "i([2]([2][2]1))";
	expect(find("i[-2 0]", "i([2][2]1)", moved)).toEqual(stored(moved));
	expect(find("i(([2][2]1))", "i[2]", moved)).toEqual(stored(moved));
	const flipped = "i(([2][2])[2]1)";
	expect(find("i(([2][2])1)", "i[2]", flipped)).toEqual(stored(flipped));
	expect(find("i(([2][2])-1)", "i[2]", flipped)).toEqual(stored(flipped));
});

test("six notations of TCN 7 come from more than one pair of a rootstock and a scion", () => {
	const sources = new Map<string, Set<string>>();
	for (let rootstockTcn = 1; rootstockTcn <= 5; rootstockTcn += 1) {
		for (const rootstock of of(rootstockTcn)) {
			for (const scion of good(7 - rootstockTcn)) {
				for (const { notation, is_good } of graftPages([rootstock], [scion])) {
					if (!is_good) continue;
					sources.set(notation, (sources.get(notation) ?? new Set()).add(`${rootstock.notation} ${scion.notation}`));
				}
			}
		}
	}
	expect([...sources.values()].filter((pairs) => pairs.size > 1).length).toBe(6);
});

function refusal(rootstocks: TangleFields[], scions: TangleFields[]): unknown {
	try {
		graftPages(rootstocks, scions).next();
	} catch (error) {
		return error;
	}
	throw new Error("the pages were taken");
}

test("a notation that cannot be read fails the job before its first tangle", () => {
	const poisoned = { ...stored("i[3]"), notation: "i([2][2]" };
	for (const error of [refusal([...of(3), poisoned], good(4)), refusal(of(3), [...good(4), poisoned])]) {
		expect(error).toBeInstanceOf(NotationError);
		expect((error as NotationError).notation).toBe("i([2][2]");
	}
});

test("an attribute that is not that of the notation fails the job, which names tangle and attribute", () => {
	const wrong: [TangleFields, string][] = [
		[{ ...stored("i[3]"), TCN: 4 }, "tangle i[3]: TCN is 4, by its notation 3"],
		[{ ...stored("i[3 0]"), is_good: true }, "tangle i[3 0]: is_good is true, by its notation false"],
		[
			{ ...stored("i([2][3])"), positivity: "neutral" },
			"tangle i([2][3]): positivity is neutral, by its notation positive",
		],
		[
			{ notation: "i([2][-2])", TCN: 4, is_good: true, positivity: "neutral" },
			"tangle i([2][-2]): positivity is neutral, by its notation undefined, of both signs",
		],
	];
	for (const [tangle, message] of wrong) {
		for (const error of [refusal([tangle], good(4)), refusal(of(3), [tangle])]) {
			expect(isFault(error, "data")).toBe(true);
			expect((error as Error).message).toBe(message);
		}
	}
});
