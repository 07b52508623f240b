import { describe, expect, test } from "bun:test";
import { isFault } from "../../../src/base/fault.ts";
import { parseBatchPath, parseBatchQuery, readAge, readBatchQuery } from "../../../src/web/batch-query.ts";

const read = (text: string) => parseBatchQuery(new URLSearchParams(text));

test("without parameters: all batches, the oldest first; what a form leaves empty asks for nothing", () => {
	const all = { types: [], event: undefined, outcome: undefined, text: "", older: undefined, younger: undefined };
	expect(read("")).toEqual({ ...all, sort: "first", after: undefined, before: undefined, limit: 50 });
	expect(read("type=&event=&outcome=done&text=&older=&younger=&sort=&after=&before=&limit=")).toEqual(read(""));
	expect(read("unknown=1")).toEqual(read(""));
});

test("every parameter", () => {
	expect(read("type=b,a&type=a&event=X&outcome=failed&text=B40&older=20d&younger=5h&sort=-id&limit=500")).toMatchObject(
		{
			...{
				types: ["a", "b"],
				event: "X",
				outcome: "failed",
				text: "B40",
				older: "20d",
				younger: "5h",
				sort: "-id",
				limit: 500,
			},
		},
	);
	expect(read("event=X")).toMatchObject({ event: "X", outcome: "done" });
	expect(read("after=abc&before=def")).toMatchObject({ after: "abc", before: undefined });
});

describe("a wrong one is a fault that names it", () => {
	test.each([
		...["sort=up", "outcome=x&event=a", "older=soon", "younger=20", "limit=0", "limit=501", "limit=1e2", "limit=-1"],
		...["type=a%00", "event=%1b", "text=a%0ab", `text=${"a".repeat(201)}`, "after=a%20b", `before=${"a".repeat(1001)}`],
		`type=${Array.from({ length: 30 }, (_, at) => `t${at}`).join(",")}`,
	])("%s", (text) => {
		const name = text.split("=", 1)[0] ?? "";
		try {
			read(text);
		} catch (error) {
			if (!isFault(error, "usage")) throw error;
			expect(error.message.slice(0, 200)).toStartWith(`${name} is `);
			expect(error.message.length).toBeLessThan(250);
			expect(error.hint).toStartWith("expected ");
			return;
		}
		throw new Error("no fault");
	});
});

test("all that is wrong is told at once, by the names of the parameters; what is right beside it is no fault", () => {
	const wrong = (text: string) => {
		const query = readBatchQuery(new URLSearchParams(text));
		return "faults" in query ? [...query.faults.keys()] : [];
	};
	expect(wrong("text=B4&older=abc&type=Film")).toEqual(["older"]);
	expect(wrong("type=a%00&event=%1b&outcome=x&text=a%0ab&older=1y&younger=2&sort=up&limit=0&before=a%20b")).toEqual([
		...["type", "event", "outcome", "text", "older", "younger", "sort", "before", "limit"],
	]);
	expect(wrong("older=5h&outcome=x")).toEqual([]);
});

test("ages and ids", () => {
	expect([readAge("30m"), readAge("5h"), readAge("20d"), readAge("1y"), readAge("")]).toEqual([
		...[1_800_000, 18_000_000, 1_728_000_000],
		...[undefined, undefined],
	]);
	expect(parseBatchPath("B400022028241-RT1")).toBe("B400022028241-RT1");
	expect(() => parseBatchPath("<script>")).toThrow('the batch is "<script>"');
});
