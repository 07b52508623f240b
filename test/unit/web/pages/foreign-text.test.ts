import { describe, expect, test } from "bun:test";
import { readBatchQuery } from "../../../../src/web/batch-query.ts";
import { FILTER_FIELDS } from "../../../../src/web/pages/batch-filter.tsx";
import {
	batchesPage,
	batchPage,
	enumerationPage,
	errorPage,
	locksPage,
	overviewPage,
	reportPage,
	wrongFilterPage,
} from "../../../../src/web/pages/pages.ts";
import {
	batchPageOf,
	batchView,
	CONTEXT,
	known,
	NOW,
	REPORT_KEY,
	reportOf,
	siteLook,
	withTexts,
} from "../../../support/page-documents.ts";

const SCRIPT = `<script>ran()</script><img src=x onerror=ran()>'">`;
/** Turn the direction of writing, ring, colour: a page shows each as `\u{202e}`. */
const CONTROLS = "\u202eabc\u2066\u200f\u0000\u0007\u001b[31m";
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const RAW_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What the program makes itself: states, numbers, times, and the ids of batches, which have a rule, places in a list. */
const OWN =
	/^(done|failed|working|waiting|stopped|none|new|started|no_headroom|complete|tangles|yes|ok|warn|fail|-id|42|B4000.*|(next|previous)-place|\d{4}-.*)$/;

/** All pages of a site where others have written `change` of each text that they can write. */
async function pagesWith(change: (text: string) => string): Promise<Map<string, string>> {
	const changed = (text: string) => (OWN.test(text) ? text : change(text));
	const look = withTexts(siteLook(), changed);
	const own = batchPageOf();
	// A query has passed the rules of names.
	const list = known({ ...withTexts(own, changed), query: own.query });
	const view = (details: string) =>
		known(withTexts(batchView(details), (text) => (text === details ? text : changed(text))));
	const kept = (details: string) =>
		known({ id: "B400022028241-RT1", event: 2, type: change("Checked"), time: NOW, details });
	const asked = FILTER_FIELDS.map((name): [string, string] => [name, change("\n")]);
	const parameters = new URLSearchParams([...asked, ["after", change(" ")]]);
	const read = readBatchQuery(parameters);
	const faults = "faults" in read ? read.faults : new Map();
	const error = { status: 400, message: change("wrong"), hint: change("write it so") };
	const pages = {
		overview: overviewPage(look, CONTEXT),
		enumeration: enumerationPage(look, CONTEXT),
		locks: locksPage(look, CONTEXT),
		batches: batchesPage(list, CONTEXT),
		"batch with a report": batchPage("B400022028241-RT1", view(reportOf(change("broken"))), CONTEXT),
		"batch with plain details": batchPage("B400022028241-RT1", view(change("broken")), CONTEXT),
		"a report kept beside it": reportPage("B400022028241-RT1", REPORT_KEY, kept(reportOf(change("broken"))), CONTEXT),
		"plain details kept beside it": reportPage("B400022028241-RT1", REPORT_KEY, kept(change("broken")), CONTEXT),
		error: errorPage(error, CONTEXT),
		"a filter that cannot be used": wrongFilterPage(
			{ parameters, faults, events: asked.map(([, value]) => value) },
			CONTEXT,
		),
	};
	const written = new Map<string, string>();
	for (const [name, page] of Object.entries(pages)) written.set(name, String(await page));
	return written;
}

describe("text of others in every field", () => {
	test("script is text", async () => {
		for (const [name, html] of await pagesWith((text) => text + SCRIPT)) {
			expect([name, html.match(/<script(?! src="\/base\/assets)|<img/g)]).toEqual([name, null]);
			expect([name, html.includes("&lt;script&gt;ran()")]).toEqual([name, name !== "enumeration"]);
		}
	});

	test("what turns the direction of writing, and control characters, are shown by their numbers", async () => {
		for (const [name, html] of await pagesWith((text) => text + CONTROLS)) {
			expect([name, RAW_CONTROLS.exec(html)?.[0]]).toEqual([name, undefined]);
			expect([name, html.includes("\\u{202e}abc")]).toEqual([name, name !== "enumeration"]);
		}
	});

	test("of a megabyte in each, a page shows the beginnings: it stays small", async () => {
		for (const [name, html] of await pagesWith(() => "x".repeat(1_000_000))) {
			expect([name, html.length < 300_000]).toEqual([name, true]);
		}
	});

	test("each stands apart, so that it turns nothing around it", async () => {
		for (const [name, html] of await pagesWith((text) => `${text}א`)) {
			const bare = html
				.replaceAll(/<bdi[^>]*>[^<]*<\/bdi>/g, "")
				.replaceAll(/<option[^>]*>[^<]*<\/option>/g, "")
				.replaceAll(/="[^"]*"/g, "");
			expect([name, /.{0,60}א/u.exec(bare)?.[0]]).toEqual([name, undefined]);
		}
	});
});
