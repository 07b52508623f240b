import { Fault } from "../../base/fault.ts";
import { printable } from "../../base/printable.ts";
import { command } from "../../cli/command.ts";
import { ageFlag, countFlag } from "../../cli/flags.ts";
import { RunningTable } from "../../cli/table.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import { nameList } from "../../line/batches/names.ts";
import { type OverdueBatch, overdueItem } from "../../line/batches/overdue.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { isSelected, type Selection } from "../../line/batches/selection.ts";
import { openMetrics } from "../shared/metrics/metrics-file.ts";
import { METRICS_FILE } from "../shared/metrics-flag.ts";
import { MalformedReporter } from "./malformed-reporter.ts";
import { withStoreForReading } from "./with-store.ts";

const DAY_S = 86_400;

/** Such as `20 d`, or `5 h` below a day. */
function ageText(seconds: number): string {
	return seconds < DAY_S ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / DAY_S)} d`;
}

async function* overdueIn(store: BatchStore, selection: Selection, malformed: MalformedReporter, signal: AbortSignal) {
	for await (const page of store.all(selection.conditions, signal)) {
		const now = new Date();
		const found: OverdueBatch[] = [];
		for (const stored of page) {
			if (!isBatch(stored)) malformed.explain(stored);
			else if (isSelected(stored, selection, now)) found.push(overdueItem(stored, selection, now));
		}
		yield found;
	}
}

export default command(
	{
		name: "batches overdue",
		details:
			"Batches on which all of --past succeeded longer than --older ago (without --past\n" +
			"those created so long ago) and on which none of --future ever happened.\n" +
			"Exit 1 where there are any, so that cron mails the list; 0 and nothing else.",
		examples: [
			{ run: "tangles batches overdue --past Sent --future Archived --older 20d", does: "not archived yet" },
			{
				run: "tangles batches overdue --future Data_Received --older 90d --json",
				does: "announced and never received, as JSON",
			},
		],
	},
	{
		past: { type: "string", list: true, valueHint: "NAMES", description: "what happened, and succeeded" },
		future: {
			type: "string",
			list: true,
			required: true,
			valueHint: "NAMES",
			description: "what should have happened",
		},
		older: ageFlag({ required: true, description: "how long ago, such as 20d" }),
		type: { type: "string", list: true, valueHint: "NAMES", description: "types of batch" },
		limit: countFlag({ least: 1, description: "print the first N; all are counted" }),
		"metrics-file": METRICS_FILE,
	},
	async (context) => {
		const { args, out, log, signal } = context;
		const conditions = {
			...{ past: nameList("--past", args.past), future: nameList("--future", args.future) },
			...{ old: [], types: nameList("--type", args.type) },
		};
		const selection = { conditions, olderMs: args.older };
		const { limit = Number.POSITIVE_INFINITY } = args;
		await using opened = new AsyncDisposableStack();
		const metrics = opened.adopt(await openMetrics(args["metrics-file"], "batches overdue", log), (it) => it.end());
		await withStoreForReading(context, async (store) => {
			const malformed = new MalformedReporter(log);
			const table = new RunningTable(["batch", "type", "since", "age"]);
			let count = 0;
			const pages = async function* () {
				for await (const found of overdueIn(store, selection, malformed, signal)) {
					const room = Math.max(0, limit - count);
					count += found.length;
					yield found.slice(0, room);
				}
			};
			await out.list("overdue", pages(), (page) =>
				table.lines(page.map((it) => [printable(it.id), printable(it.type), it.since, ageText(it.age_s)])),
			);
			metrics.set("tangles_batches_overdue", count);
			malformed.check(store.name);
			if (count === 0) return;
			const what = count === 1 ? "one batch is" : `${count} batches are`;
			throw new Fault("failed", `${what} overdue: ${conditions.future.join(", ")} should have happened`, {
				hint: "`tangles batches show ID` has what happened to each; `tangles batches event` records what did happen",
			});
		});
	},
);
