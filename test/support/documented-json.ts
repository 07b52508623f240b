import { join } from "node:path";

const TEXT = await Bun.file(join(import.meta.dir, "../../src/commands/JSON.md")).text();
/** A command line in backticks at the start of a paragraph, and the first block behind it. */
const SECTION = /^`tangles ([^`]+)`[^`]*?(?:`[^`\n]+`[^`]*?)*?\n```json\n(.*?)\n```$/gms;

function parsed(block: string): { document: unknown } | { events: { event: string }[] } {
	try {
		return { document: JSON.parse(block) };
	} catch {
		// Several documents are no document: a stream, one a line.
		return { events: block.split("\n").map((line) => JSON.parse(line)) };
	}
}

/** What the page on `--json` shows, by command line: one document, or events. */
export const DOCUMENTED = new Map(
	[...TEXT.matchAll(SECTION)].map(([, line = "", block = ""]) => [line, parsed(block)]),
);

const blocks = TEXT.split("```json\n").length - 1;
if (DOCUMENTED.size !== blocks) throw new Error(`${DOCUMENTED.size} of ${blocks} blocks stand behind a command line`);
