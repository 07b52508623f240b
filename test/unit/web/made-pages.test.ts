import { expect, test } from "bun:test";
import { MadePages } from "../../../src/web/made-pages.ts";

/** A page that says which time it is made. */
function page() {
	let made = 0;
	return async () => {
		made += 1;
		return `page ${made}`;
	};
}

test("a page is made once for all who ask for it, and again where what it shows has changed", async () => {
	const pages = new MadePages();
	const make = page();
	const [look, next] = [{}, {}];
	const many = await Promise.all(Array.from({ length: 200 }, () => pages.html("/locks", look, make)));
	expect(new Set(many)).toEqual(new Set(["page 1"]));
	expect(await pages.html("/locks", look, make)).toBe("page 1");
	expect(await pages.html("/locks", next, make)).toBe("page 2");
	expect(await pages.html("/locks?of=another", next, make)).toBe("page 3");
	expect(await pages.html("/locks", next, make)).toBe("page 2");
});

test("of different pages the last twenty are kept", async () => {
	const pages = new MadePages();
	const look = {};
	for (let n = 0; n < 21; n += 1) await pages.html(`/batches?text=${n}`, look, async () => `first ${n}`);
	expect(await pages.html("/batches?text=20", look, async () => "again")).toBe("first 20");
	expect(await pages.html("/batches?text=0", look, async () => "again")).toBe("again");
});
