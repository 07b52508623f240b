import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { bringPrograms } from "./programs.ts";

/** A reader's screen: phone, laptop, and a wide one. */
export const WIDTHS = [360, 1024, 1920] as const;
export const SCHEMES = ["light", "dark"] as const;

/** Debian's Chromium, without a screen. It is installed where it is missing. */
export async function startBrowser(): Promise<Browser> {
	await bringPrograms("chromium");
	// Its own sandbox wants rights that root in a container has not; it opens pages of the test alone.
	return await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}

/** Runs `look` on a page of its own. */
export async function onPage<T>(
	browser: Browser,
	options: BrowserContextOptions,
	look: (page: Page) => Promise<T>,
): Promise<T> {
	const context = await browser.newContext(options);
	try {
		return await look(await context.newPage());
	} finally {
		await context.close();
	}
}
