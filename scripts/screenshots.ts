import { join } from "node:path";
import { onPage, SCHEMES, startBrowser, WIDTHS } from "../test/support/browser.ts";
import { SiteScene } from "../test/support/site-scene.ts";

// Pictures of each page, in the folder that is the first argument; prints their names.

const [folder = "."] = process.argv.slice(2);
await using scene = await SiteScene.create();
await using serving = await scene.serve();
const browser = await startBrowser();
const pages = {
	overview: "/",
	enumeration: "/enumeration",
	batches: "/batches",
	batch: `/batches/${scene.ids[6]}`,
	report: scene.report,
	locks: "/locks",
	error: "/batches?sort=upwards",
};
for (const [name, path] of Object.entries(pages)) {
	for (const width of WIDTHS) {
		for (const colorScheme of SCHEMES) {
			const file = `${name}-${width}-${colorScheme}.png`;
			await onPage(browser, { viewport: { width, height: 900 }, colorScheme }, async (page) => {
				await page.goto(`${serving.url}${path}`);
				await page.screenshot({ path: join(folder, file), fullPage: true });
			});
			console.log(file);
		}
	}
}
await browser.close();
