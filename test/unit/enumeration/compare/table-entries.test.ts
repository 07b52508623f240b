import { expect, test } from "bun:test";
import fc from "fast-check";
import { tableEntries } from "../../../../src/enumeration/compare/table-entries.ts";
import type { TableEntry } from "../../../../src/enumeration/compare/table-entry.ts";

async function entriesOf(content: string | Uint8Array, chunk = 1 << 16): Promise<TableEntry[]> {
	const bytes = Buffer.from(content as string);
	async function* chunks() {
		for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
	}
	return (await Array.fromAsync(tableEntries(chunks()))).flat();
}

const said = (entries: readonly TableEntry[]) =>
	entries.map(({ offset, notation, unreadable }) => [
		offset,
		notation,
		...(unreadable === undefined ? [] : [unreadable]),
	]);

test("notations side by side, or a line each, are told from one another by their label", async () => {
	expect(said(await entriesOf("i[2]i([2][2]1)i[-3 0]"))).toEqual([
		[0, "i[2]"],
		[4, "i([2][2]1)"],
		[14, "i[-3 0]"],
	]);
	expect(said(await entriesOf("\u{feff}i[2]\r\ni[3]\n\n i[4] \n"))).toEqual([
		[3, "i[2]"],
		[9, "i[3]"],
		[16, "i[4]"],
	]);
	expect(await entriesOf("")).toEqual([]);
	expect(await entriesOf("\n \n")).toEqual([]);
});

test("what stands before the first label cannot be read, and has its place", async () => {
	expect(said(await entriesOf("  [2]i[3]"))).toEqual([
		[2, "[2]", "it does not begin with i"],
		[5, "i[3]"],
	]);
});

test("a text without labels does not fill the memory: one entry that cannot be read, then the next notation", async () => {
	const garbage = "x".repeat(300_000);
	for (const chunk of [1000, 1 << 20]) {
		const [bad, good, ...others] = await entriesOf(`${garbage}i[2]`, chunk);
		expect(bad).toMatchObject({ offset: 0, notation: `${"x".repeat(60)}...` });
		expect(good).toMatchObject({ offset: 300_000, notation: "i[2]" });
		expect(others).toEqual([]);
	}
});

test("wherever the chunks of a file end, its entries are the same", async () => {
	const word = fc.constantFrom("i", "[2]", "(", " ", "\n", "\r\n", "x".repeat(1500), '{"notation":"i[2]"}', '"', ",");
	const content = fc.tuple(
		fc.constantFrom("", '{"notation":"i[9]"}\n', "notation,TCN\r\n"),
		fc.array(word, { maxLength: 20 }),
	);
	await fc.assert(
		fc.asyncProperty(content, fc.integer({ min: 1, max: 50 }), async ([head, words], chunk) => {
			const text = head + words.join("");
			expect(await entriesOf(text, chunk)).toEqual(await entriesOf(text));
			for (const { offset, notation } of await entriesOf(text, chunk)) {
				const shown = notation.replace(/\.\.\.$/, "");
				if (!text.includes("{") && !text.includes('"')) expect(text.slice(offset)).toStartWith(shown);
			}
		}),
		{ numRuns: 500 },
	);
});

test("JSON Lines: the notation and what is said of it; a line that is none has its place", async () => {
	const lines = ['{"notation":"i[2]","TCN":2,"is_good":true}', "", '{"TCN":2}', "123", "i[3]", '{"notation":"i[3]"'];
	const entries = await entriesOf(`\u{feff}${lines.join("\r\n")}`);
	expect(entries[0]).toEqual({
		...{ offset: 3, notation: "i[2]", unreadable: undefined },
		said: { TCN: 2, is_good: true, positivity: undefined },
	});
	expect(said(entries.slice(1))).toEqual([
		[49, '{"TCN":2}', "the object has no notation"],
		[60, "123", "the line is no JSON object"],
		[65, "i[3]", "the line is no JSON"],
		[71, '{"notation":"i[3]"', "the line is no JSON"],
	]);
	const long = await entriesOf(`{"notation":"i[2]"}\n{"x":"${"y".repeat(70_000)}"}\n{"notation":"i[3]"}\n`);
	expect(long.map(({ offset, notation }) => [offset, notation.slice(0, 5)])).toEqual([
		[0, "i[2]"],
		[20, '{"x":'],
		[20 + 70_009, "i[3]"],
	]);
});

test("CSV: columns in any order, quoted or not, others beside them; a row with too few cells has its place", async () => {
	const rows = [
		"_id,positivity,notation,TCN,is_good",
		'1,neutral,"i[2 1]",3,True',
		"2,negative,i[-3],3,false",
		"3,i[4]",
		'4,"i',
	];
	const entries = await entriesOf(`${rows.join("\r\n")}\r\n`);
	expect(entries.slice(0, 2)).toEqual([
		{ offset: 37, notation: "i[2 1]", said: { TCN: 3, is_good: true, positivity: "neutral" }, unreadable: undefined },
		{ offset: 64, notation: "i[-3]", said: { TCN: 3, is_good: false, positivity: "negative" }, unreadable: undefined },
	]);
	expect(said(entries.slice(2))).toEqual([
		[90, "3,i[4]", "the row has not 5 cells"],
		[98, '4,"i', "the row has not 5 cells"],
	]);
	expect((await entriesOf('notation\n"i[2]"\ni[3]')).map(({ notation }) => notation)).toEqual(["i[2]", "i[3]"]);
});
