import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { type ComparedTangles, compare, type OtherFile } from "../../../../src/enumeration/compare/compare.ts";
import type { TableFinding } from "../../../../src/enumeration/compare/findings.ts";
import { isOfQuery, type TableQuery } from "../../../../src/enumeration/export/table.ts";
import { integralTangles } from "../../../../src/enumeration/tangles/integral.ts";
import { POSITIVITIES, type TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

const QUERY: TableQuery = { from_tcn: -1, to_tcn: 7, positivity: POSITIVITIES, good: false };
const ANY: TableQuery = { ...QUERY, from_tcn: Number.NEGATIVE_INFINITY, to_tcn: Number.POSITIVE_INFINITY };
let all: TangleFields[] = [];
beforeAll(async () => {
	all = [...integralTangles().filter(({ TCN }) => TCN <= 0), ...(await tanglesUpTo(7)).flat()];
});

class Stored implements ComparedTangles {
	readonly #tangles: readonly TangleFields[];
	/** Stored once the pass has gone by. */
	readonly late: TangleFields[] = [];

	constructor(tangles: readonly TangleFields[]) {
		this.#tangles = tangles;
	}

	async *byNotation(query: TableQuery) {
		yield this.#tangles.filter((tangle) => isOfQuery(query, tangle));
	}

	async named(notations: readonly string[]) {
		const wanted = new Set(notations);
		return [...this.#tangles, ...this.late].filter(({ notation }) => wanted.has(notation));
	}
}

const fileOf = (name: string, content: string): OtherFile => ({
	name,
	bytes: async function* () {
		yield Buffer.from(content);
	},
});
const text = (tangles: readonly Pick<TangleFields, "notation">[]) => tangles.map(({ notation }) => notation).join("");

interface Scene {
	readonly stored?: Stored;
	readonly query?: TableQuery;
	readonly asked?: TableQuery;
	readonly memoryBytes?: number;
}

const run = async (files: readonly OtherFile[], scene: Scene = {}) => {
	const { stored = new Stored(all), query = QUERY, asked = ANY, memoryBytes = 1e6 } = scene;
	return await compare(stored, files, { query, asked, memoryBytes }, () => {});
};
const NONE = { missing: 0, extra: 0, doubled: 0, malformed: 0, wrong: 0, foreign: 0, findings: [], left_out: 0 };
const key = ({ kind, notation }: TableFinding) => `${kind} ${notation}`;

test("the stored tangles in any order and any number of files are equal to themselves, whatever the memory", async () => {
	const turned = all.toReversed();
	const files = [fileOf("a", text(turned.slice(0, 100))), fileOf("b", ""), fileOf("c", text(turned.slice(100)))];
	for (const memoryBytes of [1e6, 60, 8]) {
		const result = await run(files, { memoryBytes });
		expect(result).toMatchObject({ ...NONE, entries: all.length, stored: all.length, passed_over: 0 });
		expect(result.tcns.at(-1)).toEqual({ tcn: 7, table: 608, stored: 608, missing: 0, extra: 0 });
	}
});

test("20 missing, 3 added, 2 malformed, one doubled are named, with file and byte, in one pass or many", async () => {
	const missing = all.filter((_, at) => at % 40 === 3).slice(0, 20);
	const kept = all.filter((tangle) => !missing.includes(tangle)).toReversed();
	const front = text(kept.slice(0, 200));
	const files = [
		fileOf("one", `${front}i[2 x]${text(kept.slice(200, 400))}i([2][-2])`),
		fileOf("two", `i[8]${text(kept.slice(400))}i([2][2`),
		fileOf("three", `i[2 2 2 2 2]${kept[5]?.notation}`),
	];
	for (const memoryBytes of [1e6, 50, 8]) {
		const result = await run(files, { memoryBytes });
		expect(result).toMatchObject({
			missing: 20,
			extra: 3,
			doubled: 1,
			malformed: 2,
			wrong: 0,
			foreign: 0,
			left_out: 0,
		});
		expect(result.findings.map(key).toSorted()).toEqual(
			[
				...missing.map(({ notation }) => `missing ${notation}`),
				...["extra i[8]", "extra i[2 2 2 2 2]", "extra i([2][-2])"],
				...["malformed i[2 x]", "malformed i([2][2", `doubled ${kept[5]?.notation}`],
			].toSorted(),
		);
		const at = (notation: string) => result.findings.find((it) => it.notation === notation && it.kind !== "missing");
		expect(at("i[2 x]")).toMatchObject({ at: { file: "one", offset: front.length } });
		expect(at("i[8]")).toMatchObject({ TCN: 8, why: "none of what is compared", at: { file: "two", offset: 0 } });
		expect(at("i([2][-2])")).toMatchObject({ why: expect.stringContaining("no tangle of the enumeration: ") });
		expect(at(kept[5]?.notation ?? "")).toMatchObject({ kind: "doubled", at: { file: "three", offset: 12 } });
	}
});

test("a tangle that is not stored is extra; one that is stored while the comparison runs is not", async () => {
	const [gone, late] = all.slice(20, 22);
	if (gone === undefined || late === undefined) throw new Error("there are too few");
	const stored = new Stored(all.filter((tangle) => tangle !== gone && tangle !== late));
	stored.late.push(late);
	const result = await run([fileOf("a", text(all))], { stored });
	expect(result).toMatchObject({ ...NONE, extra: 1, stored: all.length - 1, findings: [{ notation: gone.notation }] });
	expect(result.tcns.reduce((sum, { extra }) => sum + extra, 0)).toBe(1);
});

test("attributes that a table says and the notation has not are wrong; what it does not say is not", async () => {
	const lines = all.map((tangle, at) =>
		JSON.stringify(at === 7 ? { ...tangle, TCN: 9 } : at % 2 ? tangle : { notation: tangle.notation }),
	);
	const result = await run([fileOf("a", lines.join("\n"))]);
	const [computed] = all.slice(7);
	const finding = { kind: "wrong", notation: computed?.notation, said: { TCN: 9 }, computed };
	expect(result).toMatchObject({ ...NONE, wrong: 1, findings: [finding] });
});

test("a query leaves out what it does not take on both sides; what it was not asked about is passed over", async () => {
	const query: TableQuery = { ...QUERY, positivity: ["neutral", "positive"], good: true };
	const wanted = all.filter((tangle) => isOfQuery(query, tangle));
	expect(await run([fileOf("a", text(wanted))], { query })).toMatchObject({ ...NONE, stored: wanted.length });
	const whole = [fileOf("a", text(all))];
	const others = all.length - wanted.length;
	expect(await run(whole, { query, asked: query })).toMatchObject({ ...NONE, passed_over: others });
	expect(await run(whole, { query })).toMatchObject({ ...NONE, extra: others, findings: expect.anything() });
	const six = { ...QUERY, from_tcn: 6, to_tcn: 6 };
	expect(await run(whole, { query: six, asked: six, memoryBytes: 8 })).toMatchObject({ ...NONE, stored: 188 });
});

test("a stored tangle that is none of the enumeration is foreign, once, in one pass or many", async () => {
	const foreign: TangleFields = { notation: "i([3][0]4)", TCN: 7, is_good: true, positivity: "neutral" };
	for (const memoryBytes of [1e6, 8]) {
		const result = await run([fileOf("a", text(all))], { stored: new Stored([...all, foreign]), memoryBytes });
		expect(result).toMatchObject({ ...NONE, foreign: 1, findings: [{ kind: "foreign", notation: "i([3][0]4)" }] });
	}
});

test("where neither side has a tangle nothing was compared, and it is no equality", async () => {
	const nothing = run([fileOf("a", "")], { stored: new Stored([]) });
	await expect(nothing).rejects.toThrow("neither the table nor the collection has a tangle: nothing was compared");
	expect(await run([fileOf("a", "")])).toMatchObject({ missing: all.length });
	expect(await run([fileOf("a", text(all))], { stored: new Stored([]) })).toMatchObject({ extra: all.length });
});

test("so little memory that it takes thousands of passes is refused", async () => {
	const query = { ...QUERY, to_tcn: 20 };
	await expect(run([fileOf("a", "i[2]")], { query, memoryBytes: 1e6 })).rejects.toThrow("passes with so little memory");
});

test("whatever is taken away, doubled or spoilt is what is found", async () => {
	const kinds = fc.constantFrom("keep", "keep", "remove", "double", "spoil", "unstore");
	await fc.assert(
		fc.asyncProperty(
			fc.array(kinds, { minLength: 188, maxLength: 188 }),
			fc.integer({ min: 1, max: 100 }),
			async (fates, memoryBytes) => {
				const six = all.filter(({ TCN }) => TCN === 6);
				const query = { ...QUERY, from_tcn: 6, to_tcn: 6 };
				const notations = six.flatMap(({ notation }, at) => {
					if (fates[at] === "remove") return [];
					if (fates[at] === "spoil") return [`${notation})`];
					return fates[at] === "double" ? [notation, notation] : [notation];
				});
				const stored = new Stored(six.filter((_, at) => fates[at] !== "unstore"));
				const result = await run([fileOf("a", notations.toReversed().join(""))], { query, stored, memoryBytes });
				const expected = six.flatMap(({ notation }, at) => {
					if (fates[at] === "remove") return [`missing ${notation}`];
					if (fates[at] === "spoil") return [`missing ${notation}`, `malformed ${notation})`];
					if (fates[at] === "unstore") return [`extra ${notation}`];
					return fates[at] === "double" ? [`doubled ${notation}`] : [];
				});
				expect(result.findings.map(key).toSorted()).toEqual(expected.toSorted());
			},
		),
		{ numRuns: 100, endOnFailure: true },
	);
});
