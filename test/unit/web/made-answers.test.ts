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

const textOf =
	(pages: MadePages) =>
	async (...asked: Parameters<MadePages["html"]>) =>
		await (await pages.html(...asked)).text();

test("a page is made once for all who ask for it, and again where what it shows has changed", async () => {
	const pages = new MadePages();
	const text = textOf(pages);
	const make = page();
	const [look, next] = [{}, {}];
	const many = await Promise.all(Array.from({ length: 200 }, () => text("/locks", look, make)));
	expect(new Set(many)).toEqual(new Set(["page 1"]));
	expect(await text("/locks", look, make)).toBe("page 1");
	expect(await text("/locks", next, make)).toBe("page 2");
	expect(await text("/locks?of=another", next, make)).toBe("page 3");
	expect(await text("/locks", next, make)).toBe("page 2");
});

test("of different pages the last twenty are kept", async () => {
	const pages = new MadePages();
	const text = textOf(pages);
	const look = {};
	for (let n = 0; n < 21; n += 1) await text(`/batches?text=${n}`, look, async () => `first ${n}`);
	expect(await text("/batches?text=20", look, async () => "again")).toBe("first 20");
	expect(await text("/batches?text=0", look, async () => "again")).toBe("again");
});
