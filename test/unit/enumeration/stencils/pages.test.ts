import { expect, test } from "bun:test";
import fc from "fast-check";
import { PageList } from "../../../../src/enumeration/stencils/pages.ts";

const id = (n: number) => n.toString(16).padStart(24, "0");

test("every page_size-th id, from the first on, is found again by its id", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 50 }), (count, pageSize) => {
			const pages = new PageList(pageSize);
			for (let n = 0; n < count; n += 1) if (pages.pass()) pages.start(id(n * 3));
			const starts = Array.from({ length: Math.ceil(count / pageSize) }, (_, page) => id(page * pageSize * 3));
			expect(Array.from({ length: pages.length }, (_, page) => pages.at(page))).toEqual(starts);
			starts.forEach((start, page) => {
				expect(pages.indexOf(start)).toBe(page);
			});
			expect(pages.indexOf(id(1))).toBe(-1);
			expect(pages.indexOf(id(count * 3 + 1))).toBe(-1);
		}),
	);
});

test("a page that is not there is an error, not an id of zeros", () => {
	const pages = new PageList(2);
	expect(() => pages.at(0)).toThrow("there is no page 0 of 0");
	expect(() => pages.at(-1)).toThrow(RangeError);
});
