import { Fault } from "../../base/fault.ts";
import { GarbageCollector } from "../../base/garbage.ts";
import type { TangleTable } from "../export/export-table.ts";
import type { TableQuery } from "../export/table.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import type { StoredTangle } from "../verify/findings.ts";
import { Comparison, type ComparisonResult, type ComparisonSettings } from "./comparison.ts";
import { tableEntries } from "./table-entries.ts";

/** Tangles that are looked for by name at a time. */
const LOOKED_FOR = 500;
/** More passes over the other table than this are a mistake in the settings. */
const MOST_PASSES = 1000;
/** Entries of the other table after which garbage is collected: each leaves 3 KB or more. */
const COLLECT_EVERY = 2_000;

/** A file of the other table. */
export interface OtherFile {
	/** As findings name it. */
	readonly name: string;
	/** Its bytes, uncompressed; may be asked for several times. Throws a Fault where they end early. */
	bytes(): AsyncIterable<Uint8Array>;
}

/** The stored tangles, as a comparison reads them. */
export interface ComparedTangles extends TangleTable {
	/** The stored tangles with these notations. */
	named(notations: readonly string[]): Promise<readonly Pick<StoredTangle, "notation">[]>;
}

/** How far a comparison is: entries of the table, or stored tangles, of all passes. */
export interface ComparisonProgress {
	readonly step: "table" | "stored";
	readonly pass: number;
	readonly passes: number;
	readonly done: number;
}

/**
 * Compares what is stored with a table, given by its files in any order. Throws a Fault "data" for a stored tangle that
 * is not what its notation says, and where neither side has a tangle: nothing was compared then.
 */
export async function compare(
	stored: ComparedTangles,
	files: readonly OtherFile[],
	settings: ComparisonSettings,
	report: (progress: ComparisonProgress) => void,
): Promise<ComparisonResult> {
	const comparison = new Comparison(settings);
	const { passes } = comparison;
	if (passes > MOST_PASSES) {
		throw new Fault("usage", `the comparison takes ${passes} passes with so little memory`, {
			hint: "give more of it with --memory, or fewer TCNs with --up-to",
		});
	}
	const garbage = new GarbageCollector(COLLECT_EVERY);
	for (let pass = 0; pass < passes; pass += 1) {
		comparison.startPass(pass);
		let done = 0;
		for (const file of files) {
			for await (const batch of tableEntries(file.bytes())) {
				for (const entry of batch) {
					comparison.addEntry(file.name, entry);
					garbage.made(1);
				}
				done += batch.length;
				report({ step: "table", pass, passes, done });
			}
		}
		const [from_tcn, to_tcn] = comparison.tcns;
		const query: TableQuery = { ...settings.query, from_tcn, to_tcn };
		done = 0;
		for await (const batch of stored.byNotation(query, undefined)) {
			for (const tangle of batch) comparison.addStored(tangle);
			done += batch.length;
			report({ step: "stored", pass, passes, done });
		}
		await nameUnstored(comparison, stored);
	}
	const result = comparison.result();
	if (result.entries === 0 && result.stored === 0) {
		throw new Fault("data", "neither the table nor the collection has a tangle: nothing was compared", {
			hint: "see that the folder, the database and the collection are named rightly",
		});
	}
	return result;
}

async function nameUnstored(comparison: Comparison, stored: ComparedTangles): Promise<void> {
	let some: TangleFields[] = [];
	const look = async () => {
		const found = new Set((await stored.named(some.map(({ notation }) => notation))).map(({ notation }) => notation));
		for (const tangle of some) comparison.noteUnstored(tangle, found.has(tangle.notation));
		some = [];
	};
	for (const tangle of comparison.unstored()) {
		some.push(tangle);
		if (some.length === LOOKED_FOR) await look();
	}
	if (some.length > 0) await look();
}
