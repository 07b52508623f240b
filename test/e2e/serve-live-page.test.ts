import { afterAll, beforeAll, expect, test } from "bun:test";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { onPage, startBrowser } from "../support/browser.ts";
import { LiveSite } from "../support/live-site.ts";
import { batchPageOf, LOCKS, siteLook } from "../support/page-documents.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await startBrowser();
}, 240_000);
afterAll(async () => await browser.close());

/** A page of a site that the test changes. */
async function onSite(path: string, look: (page: Page, site: LiveSite) => Promise<void>): Promise<void> {
	using site = new LiveSite(siteLook(), batchPageOf());
	await onPage(browser, {}, async (page) => {
		await page.goto(`${site.url}${path}`);
		await page.getByText("● live").waitFor();
		await look(page, site);
	});
}

/** A batch comes to the list, as its first row; the page is told. */
function addBatch(site: LiveSite, id: string): void {
	const { rows } = site.list;
	const [first] = rows;
	if (first === undefined || "malformed" in first) throw new Error("no row");
	site.list = { ...site.list, rows: [{ ...first, id }, ...rows] };
	site.announce();
}

const focused = async (page: Page) => await page.evaluate("document.activeElement.textContent");

test("a row that comes above leaves the focus on the same batch, not on the same line", async () => {
	await onSite("/batches", async (page, site) => {
		await page.getByRole("link", { name: "B400022028243-RT1" }).focus();
		addBatch(site, "B1-RT1");
		await page.getByRole("link", { name: "B1-RT1" }).waitFor();
		expect(await focused(page)).toBe("B400022028243-RT1");
		site.list = { ...site.list, rows: site.list.rows.slice(0, 2) };
		site.announce();
		await page.getByRole("link", { name: "B400022028243-RT1" }).waitFor({ state: "detached" });
		expect(await page.evaluate("document.activeElement.id")).toBe("content");
	});
});

test("what is written into the filter and not sent stays, while the list goes on", async () => {
	await onSite("/batches", async (page, site) => {
		await page.getByLabel("Id begins with").fill("B4711");
		await page.getByLabel("Which has").selectOption("never");
		await page.getByRole("button", { name: "Show" }).focus();
		addBatch(site, "B1-RT1");
		await page.getByRole("link", { name: "B1-RT1" }).waitFor();
		expect(await page.getByLabel("Id begins with").inputValue()).toBe("B4711");
		expect(await page.getByLabel("Which has").inputValue()).toBe("never");
		expect(await focused(page)).toBe("Show");
	});
});

test("text that is marked stays marked; what is new comes once it is not", async () => {
	await onSite("/batches", async (page, site) => {
		await page.evaluate("getSelection().selectAllChildren(document.querySelector('tbody th'))");
		const answered = page.waitForResponse((answer) => answer.url().endsWith("/batches"));
		addBatch(site, "B1-RT1");
		await (await answered).finished();
		expect(await page.evaluate("String(getSelection()).trim()")).toBe("B400022028241-RT1");
		await page.evaluate("getSelection().removeAllRanges()");
		await page.getByRole("link", { name: "B1-RT1" }).waitFor();
	});
});

test("what is announced while the page is asked for is not lost", async () => {
	await onSite("/locks", async (page, site) => {
		const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
		const { promise: mayGo, resolve: go } = Promise.withResolvers<void>();
		await page.route(
			"**/locks",
			async (route) => {
				const answer = await route.fetch();
				held();
				await mayGo;
				await route.fulfill({ response: answer });
			},
			{ times: 1 },
		);
		site.announce();
		await isHeld;
		const { locks } = site.look;
		if (locks?.value === undefined) throw new Error("no locks");
		const [lock] = LOCKS;
		if (lock === undefined) throw new Error("no lock");
		site.look = { ...site.look, locks: { ...locks, value: { ...locks.value, locks: [{ ...lock, path: "/new" }] } } };
		site.announce();
		go();
		await page.getByRole("rowheader", { name: "/new" }).waitFor({ timeout: 10_000 });
	});
});

test("a stream that a proxy refused is asked for again; a page that nobody sees gives its stream back", async () => {
	await onSite("/locks", async (page, site) => {
		site.refusesStreams = true;
		site.hangUp();
		await page.getByText("reconnecting").waitFor();
		await page.waitForResponse((answer) => answer.status() === 502);
		site.refusesStreams = false;
		await page.getByText("● live").waitFor();
		const changed = site.streamsChanged();
		await page.evaluate(`Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
			document.dispatchEvent(new Event("visibilitychange"))`);
		await changed;
		expect(site.streams).toBe(0);
	});
});

test("long details that scroll can be reached by the keyboard: no violation by axe", async () => {
	await onSite("/batches", async (page, site) => {
		await page.goto(`${site.url}/long-details`);
		const { violations } = (await page.evaluate(`${axe.source}; axe.run()`)) as AxeResults;
		expect(violations.map(({ id }) => id)).toEqual([]);
	});
});
