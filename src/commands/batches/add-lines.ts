import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { linesOf } from "../../cli/lines.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { readBatchLine } from "../../line/batches/batch-line.ts";
import type { BatchImport } from "../../servers/mongo/batch-import.ts";

/** Batches that one request adds. */
const CHUNK = 500;
const LONGEST_LINE = 64 * 1024;

/** What became of the lines. */
export interface Added {
	readonly added: number;
	/** Lines whose batch is stored already, or named on an earlier line: nothing is changed for them. */
	readonly present: number;
	readonly faulty: number;
}

/**
 * Counts what `bulk.add` would add. It keeps the ids, because the second line of one id would find the first one
 * stored.
 */
class Trial {
	readonly #bulk: BatchImport;
	readonly #ids = new Set<string>();

	constructor(bulk: BatchImport) {
		this.#bulk = bulk;
	}

	async add(batches: readonly Batch[], signal: AbortSignal): Promise<number> {
		const taken = await this.#bulk.taken(
			batches.map(({ id }) => id),
			signal,
		);
		const before = this.#ids.size;
		for (const { id } of batches) if (!taken.has(id)) this.#ids.add(id);
		return this.#ids.size - before;
	}
}

/**
 * Adds the batches that the lines name, as the lines come. A batch that is stored already stays as it is; each faulty
 * line is logged as an error. Where the input or the database fails, the batches added so far stay and are counted in
 * the log: the same lines may be given again.
 */
export async function addLines(
	input: AsyncIterable<Uint8Array>,
	bulk: BatchImport,
	{ dryRun, log, signal }: { readonly dryRun: boolean; readonly log: Log; readonly signal: AbortSignal },
): Promise<Added> {
	const target = dryRun ? new Trial(bulk) : bulk;
	let added = 0;
	let present = 0;
	let faulty = 0;
	let chunk: Batch[] = [];
	const flush = async () => {
		if (chunk.length === 0) return;
		const fresh = await target.add(chunk, signal);
		added += fresh;
		present += chunk.length - fresh;
		chunk = [];
		log.debug("so far", { added, present, faulty });
	};
	try {
		for await (const line of linesOf(input, LONGEST_LINE)) {
			if ("text" in line && line.text.trim() === "") continue;
			const batch = "text" in line ? readBatchLine(line.text, new Date()) : line.wrong;
			if (typeof batch === "string") {
				faulty += 1;
				log.error(`line ${line.number}: ${batch}`);
				continue;
			}
			chunk.push(batch);
			if (chunk.length === CHUNK) await flush();
		}
		await flush();
	} catch (error) {
		log.warn("stopped before the end of the input", { added, present, faulty });
		throw error;
	}
	return { added, present, faulty };
}

/** Throws a usage fault where lines were faulty. */
export function checkFaultless({ faulty, added, present }: Added, dryRun: boolean): void {
	if (faulty === 0) return;
	const of = faulty + added + present;
	throw new Fault(
		"usage",
		`${faulty} of ${of} lines ${faulty === 1 ? "is" : "are"} faulty; the others ${dryRun ? "would be" : "were"} taken`,
		{
			hint: "correct the faulty lines and give all lines again: batches that are stored already stay as they are",
		},
	);
}
