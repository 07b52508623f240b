import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { appended } from "../../src/line/batches/events.ts";
import { onPage, SCHEMES, startBrowser, WIDTHS } from "../support/browser.ts";
import type { Serving } from "../support/serving.ts";
import { SiteScene } from "../support/site-scene.ts";

let scene: SiteScene;
let serving: Serving;
let browser: Browser;
const LAPTOP = { viewport: { width: 1024, height: 800 } };

beforeAll(async () => {
	[scene, browser] = await Promise.all([SiteScene.create(), startBrowser()]);
	serving = await scene.serve();
}, 240_000);

afterAll(async () => {
	await browser.close();
	await serving.stopped();
	await scene[Symbol.asyncDispose]();
});

const PAGES: readonly (readonly [name: string, address: () => string])[] = [
	["overview", () => "/"],
	["enumeration", () => "/enumeration"],
	["batches", () => "/batches"],
	["batch", () => `/batches/${scene.ids[6]}`],
	["report", () => scene.report],
	["locks", () => "/locks"],
	["a filter that cannot be used", () => "/batches?older=abc&type=%1b&sort=up"],
	["no such page", () => "/no-such-page"],
];

/** How far the page is wider than its window. */
const overflowOf = async (page: Page) =>
	await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

async function violations(page: Page): Promise<string[]> {
	const results = (await page.evaluate(`${axe.source}; axe.run()`)) as AxeResults;
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

test.each(PAGES)(
	"%s: at three widths, light and dark no wider than the window; no violation by axe; nothing blocked",
	async (_, address) => {
		await onPage(browser, LAPTOP, async (page) => {
			const said: string[] = [];
			page.on("console", (message) => said.push(message.text()));
			page.on("pageerror", (error) => said.push(String(error)));
			await page.goto(`${serving.url}${address()}`);
			for (const colorScheme of SCHEMES) {
				await page.emulateMedia({ colorScheme });
				for (const width of WIDTHS) {
					await page.setViewportSize({ width, height: 800 });
					expect([width, await overflowOf(page)]).toEqual([width, 0]);
				}
				expect(await violations(page)).toEqual([]);
			}
			await page.setViewportSize({ width: 360, height: 800 });
			expect(await violations(page)).toEqual([]);
			// Of a page that is not there, or not as it was asked for, the browser says so itself.
			expect(said.filter((text) => !/status of 40[04] /.test(text))).toEqual([]);
		});
	},
);

const rowsOf = async (page: Page) => await page.locator("tbody th").allInnerTexts();

describe("the list of batches", () => {
	test("found by the filter, sorted, opened, and saved as CSV like the JSON", async () => {
		await onPage(browser, { ...LAPTOP, acceptDownloads: true }, async (page) => {
			await page.goto(`${serving.url}/batches`);
			await page.getByLabel("Event", { exact: true }).selectOption("Metadata_Checked");
			await page.getByLabel("Which has").selectOption("failed");
			await page.getByRole("button", { name: "Show" }).click();
			const failed = await rowsOf(page);
			expect(failed).toContain(scene.ids[6] ?? "");
			expect(failed.length).toBeLessThan(scene.ids.length);
			await page.getByRole("link", { name: "Batch", exact: true }).click();
			expect(await rowsOf(page)).toEqual(failed.toSorted());
			await page.getByRole("link", { name: "Batch", exact: true }).click();
			expect(await rowsOf(page)).toEqual(failed.toSorted().toReversed());
			expect(await page.locator("[aria-sort=descending]").allInnerTexts()).toEqual(["Batch"]);
			const [download] = await Promise.all([
				page.waitForEvent("download"),
				page.getByRole("link", { name: "CSV" }).click(),
			]);
			const csv = (await readFile(await download.path(), "utf8")).trim().split("\r\n").slice(1);
			const json = await page.getByRole("link", { name: "JSON" }).getAttribute("href");
			const { batches } = await serving.json(json ?? "");
			expect(csv.map((line) => line.split(",")[0])).toEqual(batches.map(({ id }: { id: string }) => id));
			expect(csv).toHaveLength(failed.length);
			await page.getByRole("link", { name: scene.ids[6] ?? "" }).click();
			expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(`Batch ${scene.ids[6]}`);
			expect(await page.getByRole("region", { name: "2 failures" }).textContent()).toContain("title is missing");
			expect(await page.getByRole("region", { name: "What was taken away" }).textContent()).toContain(
				"the scans were replaced",
			);
		});
	});

	test("by links and forms alone, without script: every batch once, forth and back", async () => {
		await onPage(browser, { ...LAPTOP, javaScriptEnabled: false }, async (page) => {
			await page.goto(`${serving.url}/batches?limit=25`);
			const found: string[] = [];
			for (;;) {
				found.push(...(await rowsOf(page)));
				const next = page.getByRole("link", { name: "Next" });
				if ((await next.count()) === 0) break;
				await next.click();
			}
			expect(found.toSorted()).toEqual([...scene.ids]);
			await page.getByRole("link", { name: "Previous" }).click();
			expect(await rowsOf(page)).toEqual(found.slice(25, 50));
			await page.getByRole("link", { name: "Overview", exact: true }).click();
			expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Overview");
		});
	});
});

test("what changes is seen without a reload, and the reader's place stays", async () => {
	await onPage(browser, LAPTOP, async (page) => {
		await page.goto(`${serving.url}/locks`);
		await page.getByText("● live").waitFor();
		const link = page.getByRole("link", { name: "As JSON" });
		await link.focus();
		await page.evaluate("globalThis.isTheSamePage = true");
		await scene.hold("/SBOI/Metadata_Checker");
		await page.getByRole("rowheader", { name: "/SBOI/Metadata_Checker" }).waitFor();
		expect(await page.evaluate("globalThis.isTheSamePage")).toBe(true);
		expect(await link.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
	});
});

test("a list that is open shows who has begun to work on a batch since", async () => {
	await onPage(browser, LAPTOP, async (page) => {
		const id = scene.ids[7] ?? "";
		await page.goto(`${serving.url}/batches`);
		await page.getByText("● live").waitFor();
		const working = page.getByRole("row").filter({ hasText: id }).getByText("working");
		expect(await working.count()).toBe(0);
		await scene.hold(`/Structure_Checker/${id}`);
		await working.waitFor();
	});
});

test("serve goes away and comes back: the page says so, and goes on by itself", async () => {
	await onPage(browser, LAPTOP, async (page) => {
		const other = await scene.serve();
		await page.goto(`${other.url}/`);
		await page.getByText("● live").waitFor();
		await other.stopped();
		await page.getByText("reconnecting").waitFor();
		await using back = await scene.serve("--listen", `127.0.0.1:${other.port}`);
		await page.getByText("● live").waitFor();
		await back.stopped();
	});
});

test("all can be reached by the keyboard: the first stop leads to the content", async () => {
	await onPage(browser, LAPTOP, async (page) => {
		await page.goto(`${serving.url}/batches`);
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		expect(await page.evaluate("document.activeElement.id")).toBe("content");
		await page.keyboard.press("Tab");
		expect(await page.evaluate("document.activeElement.id")).toBe("text");
	});
});

const SCRIPT = `"><script>hostile()</script><img src=x onerror=hostile()>`;
/** Turns the direction of writing, deletes, rings. */
const CONTROLS = "\u202ed\u2066e\u0000\u0007\u001b[31mf";

describe("text of others", () => {
	test("script in every field, direction marks, control characters and 1 MB of details: nothing runs, nothing breaks", async () => {
		const [id = ""] = scene.ids;
		const event = { success: false, time: new Date(), agent: SCRIPT, host: SCRIPT };
		const { store } = scene.line;
		const failures = [
			{ filereference: SCRIPT, type: SCRIPT, component: SCRIPT, description: CONTROLS, details: SCRIPT },
		];
		for (const [type, details] of [
			[SCRIPT, JSON.stringify({ outcome: "Failure", failures })],
			[`A${"x".repeat(150)}`, "y".repeat(1_000_000)],
			["Marks", CONTROLS + SCRIPT],
		] as const) {
			await store.store(appended(await scene.line.batch(id), { ...event, type, details }));
		}
		const hostile = ["/SBOI/a<script>hostile()</script>", `/SBOI/${"z".repeat(200)}`];
		for (const path of hostile) await scene.hold(path);
		for (const width of [360, 1024]) {
			await onPage(browser, { viewport: { width, height: 800 } }, async (page) => {
				await page.exposeFunction("hostile", () => {
					throw new Error("script of others has run");
				});
				const wrong: string[] = [];
				page.on("pageerror", (error) => wrong.push(String(error)));
				page.on("request", (request) => {
					if (!request.url().startsWith(serving.url)) wrong.push(request.url());
				});
				for (const address of ["/", "/batches", `/batches/${id}`, "/locks"]) {
					await page.goto(`${serving.url}${address}`);
					expect([address, await overflowOf(page)]).toEqual([address, 0]);
					expect(await page.locator("main script, main img").count()).toBe(0);
					// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
					expect(await page.locator("main").innerHTML()).not.toMatch(/[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
				}
				await page.goto(`${serving.url}/batches/${id}`);
				expect(await page.getByText("has all 1,000,000 letters").count()).toBe(1);
				expect(wrong).toEqual([]);
			});
		}
	});
});
