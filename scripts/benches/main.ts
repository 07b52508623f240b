import { table } from "../../src/cli/table.ts";
import { component } from "./component.ts";
import { counts } from "./counts.ts";
import { enumeration } from "./enumeration.ts";
import type { Figure } from "./figures.ts";
import { graft } from "./graft.ts";
import { heartbeat } from "./heartbeat.ts";
import { line } from "./line.ts";
import { locks } from "./locks.ts";
import { pages } from "./pages.ts";
import { push } from "./push.ts";
import { type Section, writeResults } from "./results.ts";
import { serve } from "./serve.ts";
import { startup } from "./startup.ts";
import { status } from "./status.ts";
import { work } from "./work.ts";

const BENCHES: Readonly<Record<string, (dir: string) => Promise<Figure[]>>> = {
	startup,
	push,
	pages,
	locks,
	graft,
	component,
	line,
	heartbeat,
	status,
	serve,
	work,
	enumeration,
	counts,
};

const [what = "all", dir = "."] = process.argv.slice(2);
const sections: Section[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
	if (what !== "all" && what !== name) continue;
	const figures = await bench(dir);
	const rows = figures.map(({ what, value, reach = "" }) => [what, value, reach]);
	console.log(`${table([name, "", "reach"], rows)}\n`);
	sections.push({ name, rows });
}
if (what === "all") await writeResults(sections);
