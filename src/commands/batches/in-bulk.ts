import pMap from "p-map";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { printable } from "../../base/printable.ts";
import type { Context } from "../../cli/command.ts";
import { updateBatch } from "../../line/batches/change.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { isSelected } from "../../line/batches/selection.ts";
import type { Mutate } from "./change-batch.ts";
import { MalformedReporter } from "./malformed-reporter.ts";
import type { Many } from "./select.ts";

const AT_ONCE = 8;
/** Batches whose outcomes are printed together. */
const PAGE = 16;

type Frame = Pick<Context<Record<never, never>>, "out" | "log" | "signal" | "confirm">;

interface Bulk extends Many {
	/** What is done with each, such as `restart`. */
	readonly what: string;
	readonly mutate: Mutate;
	readonly yes: boolean;
	readonly dryRun: boolean;
}

/** What became of one batch. */
interface Outcome {
	readonly id: string;
	readonly result: "done" | "would be done" | "skipped" | "failed";
	/** Why it was skipped, or what failed; empty where it was done. */
	readonly why: string;
}

const RESULTS = ["done", "would be done", "skipped", "failed"] as const;

/** The ids of those that are selected now, in the order of lists. */
async function select(
	store: BatchStore,
	{ selection, limit }: Many,
	malformed: MalformedReporter,
	signal: AbortSignal,
) {
	const ids: string[] = [];
	for await (const page of store.all(selection.conditions, signal)) {
		for (const stored of page) {
			if (!isBatch(stored)) malformed.explain(stored);
			else if (ids.length < limit && isSelected(stored, selection, new Date())) ids.push(stored.id);
		}
		if (ids.length === limit) break;
	}
	return ids;
}

/**
 * Changes every batch that is selected, once somebody has confirmed their number, and says what came of each. Each is a
 * compare-and-set that asks again whether the batch is selected: what was done before a kill, or by somebody else, is
 * not done again. Throws a Fault "failed" where some failed, "data" where documents were malformed.
 */
export async function changeMany({ out, log, signal, confirm }: Frame, store: BatchStore, bulk: Bulk): Promise<void> {
	const { what, mutate, selection, yes, dryRun } = bulk;
	const malformed = new MalformedReporter(log);
	const ids = await select(store, bulk, malformed, signal);
	if (ids.length > 0 && !dryRun)
		await confirm(`${what} ${ids.length === 1 ? "one batch" : `${ids.length} batches`}`, yes);
	const change = async (id: string): Promise<Outcome> => {
		let changed = false;
		let isMeant = true;
		const check: Mutate = (batch) => {
			isMeant = isSelected(batch, selection, new Date());
			const next = isMeant ? mutate(batch) : batch;
			changed = next !== batch;
			return dryRun ? batch : next;
		};
		try {
			await updateBatch(store, id, check, signal);
		} catch (error) {
			if (!isFault(error, "failed") && !isFault(error, "data")) throw error;
			return { id, result: "failed", why: messageOf(error) };
		}
		if (changed) return { id, result: dryRun ? "would be done" : "done", why: "" };
		return { id, result: "skipped", why: isMeant ? "nothing to change" : "no longer selected" };
	};
	const counts = new Map<Outcome["result"], number>();
	const pages = async function* () {
		for (let at = 0; at < ids.length; at += PAGE) {
			const outcomes = await pMap(ids.slice(at, at + PAGE), change, { concurrency: AT_ONCE });
			for (const { result } of outcomes) counts.set(result, (counts.get(result) ?? 0) + 1);
			yield outcomes;
		}
	};
	const isTold = ({ result }: Outcome) => !out.quiet || dryRun || result === "failed";
	await out.list("batches", pages(), (page) => page.filter(isTold).map(outcomeLine).join(""));
	const said = RESULTS.flatMap((result) => (counts.has(result) ? [`${result}: ${counts.get(result)}`] : []));
	log.info(`${what}: ${said.length === 0 ? "no batch is selected" : said.join(", ")}`);
	malformed.check(store.name);
	const failed = counts.get("failed") ?? 0;
	if (failed === 0) return;
	throw new Fault("failed", `${what}: ${failed} of ${ids.length} batches failed; the others were done`, {
		hint: "the list says why; the same command again does what is left",
	});
}

function outcomeLine({ id, result, why }: Outcome): string {
	return printable(`${id} ${result}${why === "" ? "" : `: ${why}`}`).concat("\n");
}
