import type { TangleFields } from "../tangles/tangle.ts";
import {
	entryOf,
	type FinishedFile,
	headOf,
	type Manifest,
	type TableQuery,
	type TableShape,
	type TcnCount,
} from "./table.ts";
import { TcnFiles } from "./tcn-files.ts";

/** The stored tangles, as an export reads them. */
export interface TangleTable {
	/**
	 * The tangles of a query in the order of their notations, bytewise, whatever their TCN, in batches; only those
	 * behind the notation `after`. Throws a Fault "data" for a tangle that is not what its notation says.
	 */
	byNotation(query: TableQuery, after: string | undefined): AsyncIterable<readonly TangleFields[]>;
}

/** Where a table goes. */
export interface TableFolder {
	/** What an earlier run that did not come to its end wrote of this very table, in the order of writing. */
	readonly finished: readonly FinishedFile[];
	/** Writes a file whole or not at all, and remembers that it is written. */
	write(file: FinishedFile, content: Uint8Array): Promise<void>;
	/** Writes the manifest, which makes the table complete. */
	complete(manifest: Manifest): Promise<void>;
}

export interface Export {
	readonly query: TableQuery;
	readonly shape: TableShape;
	/** The tool's version, for the manifest. */
	readonly version: string;
}

/**
 * Writes a table of files, each with tangles of one TCN, in one pass in the order of the notations: each TCN has one
 * file in memory. `report` is called with the number of tangles so far.
 */
export async function exportTable(
	tangles: TangleTable,
	folder: TableFolder,
	{ query, shape, version }: Export,
	report: (done: number) => void,
): Promise<Manifest> {
	const finished = [...folder.finished];
	const files = new Map<number, TcnFiles>();
	for (let tcn = query.from_tcn; tcn <= query.to_tcn; tcn += 1) {
		const own = finished.filter((file) => file.tcn === tcn);
		files.set(tcn, new TcnFiles(tcn, shape, own));
	}
	const write = async (full: ReturnType<TcnFiles["end"]>) => {
		if (full === undefined) return;
		await folder.write(full.file, full.content);
		finished.push(full.file);
	};
	let done = 0;
	for await (const batch of tangles.byNotation(query, resumeAfter(query, finished))) {
		for (const tangle of batch) {
			const full = files.get(tangle.TCN)?.add(tangle);
			if (full !== undefined) await write(full);
		}
		done += batch.length;
		report(done);
	}
	for (const own of files.values()) await write(own.end());
	const manifest = manifestOf({ query, shape, version }, finished);
	await folder.complete(manifest);
	return manifest;
}

/** The notation behind which every TCN still has to be read: the least of those that the finished files end with. */
function resumeAfter({ from_tcn, to_tcn }: TableQuery, finished: readonly FinishedFile[]): string | undefined {
	const ends = new Map(finished.map(({ tcn, last }) => [tcn, last]));
	if (ends.size <= to_tcn - from_tcn) return undefined;
	return [...ends.values()].toSorted()[0];
}

function manifestOf({ query, shape, version }: Export, finished: readonly FinishedFile[]): Manifest {
	const files = finished
		.map(({ last, ...file }) => file)
		.toSorted((a, b) => a.tcn - b.tcn || (a.name < b.name ? -1 : 1));
	const tcns = new Map<number, number>();
	for (let tcn = query.from_tcn; tcn <= query.to_tcn; tcn += 1) tcns.set(tcn, 0);
	for (const { tcn, tangles } of files) tcns.set(tcn, (tcns.get(tcn) ?? 0) + tangles);
	return {
		...{ tool: "tangles", version, query, shape },
		tangles: files.reduce((sum, { tangles }) => sum + tangles, 0),
		tcns: [...tcns].map(([tcn, tangles]) => ({ tcn, tangles })),
		files,
	};
}

/** The table as one text, TCN after TCN; a pass for each. `report` is called as a TCN is at its end. */
export async function* streamTable(
	tangles: TangleTable,
	query: TableQuery,
	format: TableShape["format"],
	report: (count: TcnCount) => void,
): AsyncGenerator<string, void, undefined> {
	yield headOf(format);
	for (let tcn = query.from_tcn; tcn <= query.to_tcn; tcn += 1) {
		let count = 0;
		for await (const batch of tangles.byNotation({ ...query, from_tcn: tcn, to_tcn: tcn }, undefined)) {
			count += batch.length;
			yield batch.map((tangle) => entryOf(format, tangle)).join("");
		}
		report({ tcn, tangles: count });
	}
}
