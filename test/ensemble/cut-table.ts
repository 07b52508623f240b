import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withDeadline } from "../../src/base/deadline.ts";
import { Ensemble } from "../support/ensemble.ts";
import { curatorPrograms, type Ground } from "./clients.ts";
import { type Cut, runCut, SectionsHeard } from "./cut-run.ts";
import { HistoryFile } from "./history-file.ts";
import { pythonWithKazoo } from "./python.ts";

// Prints, for settings of tick, syncLimit and session, how long after the last instant of the work under a lock the next
// one's first instant came, while the server of the one or the other was cut off from the others: see scripts/cut-table.

/** Tick ms, syncLimit, session time-out ms: as sites have them, from the server's defaults on. */
const SETTINGS = [
	[2000, 5, 6000],
	[2000, 10, 15_000],
	[500, 5, 4000],
	[1000, 10, 6000],
	[2000, 5, 10_000],
] as const;
const DEADLINE_MS = 180_000;

const { values } = parseArgs({
	options: {
		binary: { type: "string", default: join(import.meta.dir, "../../dist/tangles") },
		holder: { type: "string", default: "tangles" },
		side: { type: "string", default: "both" },
		runs: { type: "string", default: "1" },
	},
});
const holder = values.holder === "curator-5.9.0" ? values.holder : "tangles";
const cuts: readonly Cut[] = (["holder", "contender"] as const)
	.filter((side) => values.side === "both" || values.side === side)
	.flatMap((side) => (["follower", "leader"] as const).map((victim) => ({ victim, side, holder })));

const folder = await mkdtemp(join(tmpdir(), "tangles-cut-"));
const heard = new SectionsHeard();
using history = new HistoryFile(join(folder, "history"), (event) => heard.hear(event));
const python = await pythonWithKazoo();
await curatorPrograms();

/** The margins of all runs with one setting: a row of the table. */
async function row([tickMs, syncLimit, sessionMs]: (typeof SETTINGS)[number]): Promise<readonly number[][]> {
	const ground: Ground = {
		...{ folder, history, python, binary: values.binary, sessionMs },
		...{ locks: [], lengths: [], seed: 1, threads: 1, tickMs: 10 },
	};
	const margins: number[][] = [];
	for (const cut of cuts) {
		const ofCut: number[] = [];
		for (let run = 0; run < Number(values.runs); run += 1) {
			await using ensemble = await Ensemble.start({ tickMs, syncLimit });
			const what = `${tickMs}/${syncLimit}/${sessionMs} ${cut.holder}, ${cut.side} on the cut ${cut.victim}`;
			const late = () => new Error(`${what}: no end after ${DEADLINE_MS} ms`);
			const ms = Math.round(await withDeadline(DEADLINE_MS, runCut(ensemble, ground, heard, cut), late));
			console.error(`${new Date().toISOString()} ${what}: ${ms} ms`);
			ofCut.push(ms);
		}
		margins.push(ofCut);
	}
	return margins;
}

const rows: (readonly number[][])[] = [];
for (const settings of SETTINGS) rows.push(await row(settings));
const titles = cuts.map(({ side, victim }) => `${side} on the cut ${victim}`);
console.log(`| tick, syncLimit, session | ${titles.join(" | ")} |`);
console.log(`|---|${titles.map(() => "---:|").join("")}`);
for (const [at, margins] of rows.entries()) {
	const [tickMs = 0, syncLimit = 0, sessionMs = 0] = SETTINGS[at] ?? [];
	const cells = margins.map((all) => all.map((ms) => `${ms >= 0 ? "+" : ""}${ms}`).join(", "));
	console.log(`| ${tickMs} ms, ${syncLimit}, ${sessionMs / 1000} s | ${cells.join(" | ")} |`);
}
const all = rows.flat(2);
const negative = all.filter((ms) => ms < 0).length;
console.log(`\n${all.length} runs, ${negative} of them with two at work at once; the least ${Math.min(...all)} ms`);
await rm(folder, { recursive: true });
process.exit(negative === 0 ? 0 : 1);
