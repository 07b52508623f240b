import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { printable, shortened } from "../../../../src/base/printable.ts";
import { readTime } from "../../../../src/base/time.ts";
import { type InputLine, linesOf } from "../../../../src/cli/lines.ts";
import { RunningTable } from "../../../../src/cli/table.ts";
import { readBatchLine } from "../../../../src/line/batches/batch-line.ts";
import { parseBatchId, readBatchId } from "../../../../src/line/batches/id.ts";
import { isName, nameList } from "../../../../src/line/batches/names.ts";
import { checkPathPart } from "../../../../src/locks/names.ts";
import { anyText } from "../../../support/any-text.ts";

describe("a full id", () => {
	test("is taken apart", () => {
		expect(parseBatchId("B400022028241-RT1")).toEqual({
			...{ id: "B400022028241-RT1", batchId: "400022028241", roundTrip: 1 },
		});
		expect(parseBatchId("Bdl_2016-RT3-RT12")).toMatchObject({ batchId: "dl_2016-RT3", roundTrip: 12 });
		expect(parseBatchId("B1-RT0")).toEqual({ id: "B1-RT0", batchId: "1", roundTrip: 0 });
	});

	test("can be part of a lock's path, whatever it is", () => {
		const part = fc.oneof(anyText(5), fc.constantFrom(".", "..", "/", "1", "\u0000"));
		fc.assert(
			fc.property(part, fc.nat(3), (batchId, roundTrip) => {
				const text = `B${batchId}-RT${roundTrip}`;
				if (readBatchId(text) !== undefined) expect(() => checkPathPart(text)).not.toThrow();
			}),
			{ numRuns: 2000 },
		);
	});

	test.each([
		...[
			"",
			"B-RT1",
			"400022028241-RT1",
			"b1-RT1",
			"B1",
			"B1-RT",
			"B1-RT00",
			"B1-RT01",
			"B1-RT-1",
			"B1-RT1 ",
			"B1-RT1.0",
		],
		...[
			"B1/2-RT1",
			"B1 2-RT1",
			"B1\n-RT1",
			"B1\u0000-RT1",
			"B1\u0085-RT1",
			"B1-RT9999999999",
			`B${"1".repeat(200)}-RT1`,
			"../B1-RT1",
		],
	])("%j is malformed", (text) => {
		expect(() => parseBatchId(text)).toThrow("is not a batch's full id");
	});
});

test("names can stand in comma lists", () => {
	for (const name of ["Data_Received", "a b", "Æøå", "x"])
		expect({ name, is: isName(name) }).toEqual({ name, is: true });
	for (const name of ["", " a", "a ", "a,b", "a\nb", "a\u001bb", "a\u202eb", "x".repeat(201)]) {
		expect({ name, is: isName(name) }).toEqual({ name, is: false });
	}
	expect(nameList("--past", "A, B ,C")).toEqual(["A", "B", "C"]);
	expect(nameList("--past", undefined)).toEqual([]);
	expect(() => nameList("--past", "A,,B")).toThrow('--past is ""');
});

describe("a time", () => {
	test.each([
		["2026-01-31", "2026-01-31T00:00:00.000Z"],
		["2024-02-29", "2024-02-29T00:00:00.000Z"],
		["2026-01-31T13:45Z", "2026-01-31T13:45:00.000Z"],
		["2026-01-31T13:45:06.7Z", "2026-01-31T13:45:06.700Z"],
		["2026-01-31T13:45:06+02:00", "2026-01-31T11:45:06.000Z"],
		["2026-01-31T23:45:06-0100", "2026-02-01T00:45:06.000Z"],
	])("%s is %s", (text, iso) => expect(readTime(text)?.toISOString()).toBe(iso));

	test.each([
		...[
			"",
			"now",
			"2026",
			"2026-1-2",
			"2026-02-29",
			"2026-02-30",
			"2026-13-01",
			"2026-00-01",
			"2026-01-00",
			"2026-01-32",
		],
		...[
			"2026-01-31T24:00:00Z",
			"2026-01-31T12:60:00Z",
			"2026-01-31T12:00:61Z",
			"2026-01-31T12:00:00",
			"1e3",
			"2026-01-31Z",
		],
		...["2026-01-31T12:00:00+25:00", " 2026-01-31", "2026-01-31T12:00:00.1234Z"],
	])("%j is none", (text) => expect(readTime(text)).toBeUndefined());
});

describe("a line that names a batch", () => {
	const now = new Date("2026-02-03T04:05:06Z");

	test("is taken", () => {
		expect(readBatchLine('{"id":"B1-RT2","type":"paper"}', now)).toEqual({
			...{ id: "B1-RT2", batchId: "1", roundTrip: 2, type: "paper", created: now, modified: now, events: [] },
			...{ succeeded: [], seen: [], current: [], firstEvent: now, claim: 0, takers: [], version: 0, otherBytes: 0 },
		});
		const dated = readBatchLine('{"id":"B1-RT2","type":"paper","created":"2020-01-01"}', now);
		const created = new Date("2020-01-01");
		expect(dated).toEqual(expect.objectContaining({ created, modified: created }));
	});

	test.each([
		["nope", "is not JSON"],
		['{"id":"B1-RT1"', "is not JSON"],
		["[1]", "is not a JSON object"],
		["null", "is not a JSON object"],
		['"B1-RT1"', "is not a JSON object"],
		["{}", "id is missing; type is missing"],
		['{"id":1,"type":"paper"}', "id is not a text"],
		['{"id":"B1-RT1","type":null}', "type is not a text"],
		['{"id":"B1-RT1","type":"a,b"}', "type is not a name; expected 1 to 200 printable characters"],
		['{"id":"B1-RT1","type":"p","typ":1}', "typ is not known; expected id, type, created"],
		['{"id":"B1-RT1","type":"p","created":"2026-02-30"}', "created is not a time; expected 2026-01-31"],
		['{"id":"B1","type":"p","created":1}', /^id is not a batch's full id; expected B.*; created is not a text$/],
	])("%s: %s", (line, wrong) => {
		expect(readBatchLine(line, now)).toMatch(wrong);
	});
});

describe("lines", () => {
	const read = async (most: number, ...chunks: (string | Uint8Array)[]) => {
		const bytes = (async function* () {
			for (const chunk of chunks) yield typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
		})();
		const lines: InputLine[] = [];
		for await (const line of linesOf(bytes, most)) lines.push(line);
		return lines;
	};

	test("have their numbers, whatever chunks they come in", async () => {
		const æ = new TextEncoder().encode("æ");
		expect(await read(9, "a", "b\n\r\nc\r", "\n", æ.subarray(0, 1), æ.subarray(1), "\nlast")).toEqual([
			{ number: 1, text: "ab" },
			{ number: 2, text: "" },
			{ number: 3, text: "c" },
			{ number: 4, text: "æ" },
			{ number: 5, text: "last" },
		]);
		expect(await read(9)).toEqual([]);
		expect(await read(9, "a\n")).toEqual([{ number: 1, text: "a" }]);
	});

	test("too long or not UTF-8: told, and the next one is read", async () => {
		expect(await read(3, "abcd\n", "ab", "cde", "f\nabc\n", new Uint8Array([255, 10]), "x")).toEqual([
			{ number: 1, wrong: "is longer than 3 bytes" },
			{ number: 2, wrong: "is longer than 3 bytes" },
			{ number: 3, text: "abc" },
			{ number: 4, wrong: "is not UTF-8" },
			{ number: 5, text: "x" },
		]);
	});
});

test("text of others does nothing to a terminal", () => {
	expect(printable("a\u001b[31mb\u009bc\r\td\u202ee\u2028f")).toBe(
		"a\\u{1b}[31mb\\u{9b}c\\u{d}\\u{9}d\\u{202e}e\\u{2028}f",
	);
	expect(printable("æ 漢 😀")).toBe("æ 漢 😀");
	expect(shortened("\n  first line \nsecond", 20)).toBe("first line…");
	expect(shortened("one line", 20)).toBe("one line");
	expect(shortened("0123456789", 5)).toBe("0123…");
	expect(shortened("", 5)).toBe("");
});

test("a long table: its head once, and columns that only grow", () => {
	const table = new RunningTable(["batch", "n"]);
	expect(table.lines([])).toBe("");
	expect(table.lines([["B1", "1"]])).toBe("batch  n\nB1     1\n");
	expect(table.lines([["B100000", "1"]])).toBe("B100000  1\n");
	expect(table.lines([["漢", "1"]])).toBe("漢       1\n");
});
