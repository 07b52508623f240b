import { countTangles, type TangleCounts } from "../tangles/grammar/counts.ts";
import { POSITIVITIES, type Positivity, type TangleFields } from "../tangles/tangle.ts";

/** Which tangles a table has; all of TCN `from_tcn` to `to_tcn` that the other two let through. */
export interface TableQuery {
	readonly from_tcn: number;
	readonly to_tcn: number;
	readonly positivity: readonly Positivity[];
	/** Only tangles that are good. */
	readonly good: boolean;
}

/** True where the table of a query has this tangle. */
export function isOfQuery({ from_tcn, to_tcn, positivity, good }: TableQuery, tangle: TangleFields): boolean {
	const { TCN, is_good } = tangle;
	return TCN >= from_tcn && TCN <= to_tcn && positivity.includes(tangle.positivity) && (is_good || !good);
}

export const FORMATS = ["text", "jsonl", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** How a table is written. */
export interface TableShape {
	readonly format: Format;
	/** Bytes of a file at most, before compression. */
	readonly file_size: number;
	readonly gzip: boolean;
}

/** A file of a table. */
export interface TableFile {
	readonly name: string;
	readonly tcn: number;
	readonly tangles: number;
	/** As it is stored: after compression. */
	readonly bytes: number;
	readonly sha256: string;
}

/** A file that is written, with the place where its successor begins. */
export interface FinishedFile extends TableFile {
	/** The notation of its last tangle. */
	readonly last: string;
}

/** How many tangles of a TCN a table has. */
export interface TcnCount {
	readonly tcn: number;
	readonly tangles: number;
}

/**
 * What the folder of a finished table says of it. Nothing in it depends on when, from where or in how many runs it was
 * made.
 */
export interface Manifest {
	readonly tool: "tangles";
	readonly version: string;
	readonly query: TableQuery;
	readonly shape: TableShape;
	readonly tangles: number;
	readonly tcns: readonly TcnCount[];
	readonly files: readonly TableFile[];
}

/**
 * How many tangles the table has where its TCNs are complete; for good ones of some positivities as many as good ones.
 */
export function expectedTangles({ from_tcn, to_tcn, positivity, good }: TableQuery): number {
	const counts = countTangles(to_tcn).filter(({ tcn }) => tcn >= from_tcn);
	const of = (count: TangleCounts) => positivity.reduce((sum, each) => sum + count[each], 0n);
	return Number(counts.reduce((sum, count) => sum + (good ? count.good : of(count)), 0n));
}

/**
 * Why a TCN of the table is not complete, in words; undefined where it has as many tangles as there are. No formula says
 * how many good ones of some positivities there are.
 */
export function whyIncomplete(query: TableQuery, { tcn, tangles }: TcnCount): string | undefined {
	if (query.good && query.positivity.length < POSITIVITIES.length) return undefined;
	const all = expectedTangles({ ...query, from_tcn: tcn, to_tcn: tcn });
	return tangles === all ? undefined : `the table has ${tangles} tangles of TCN ${tcn}, not ${all}: it is not complete`;
}

const CSV_FIELDS = ["notation", "TCN", "is_good", "positivity"] as const;

/** The header of a file, before its tangles. */
export function headOf(format: Format): string {
	return format === "csv" ? `${CSV_FIELDS.join(",")}\n` : "";
}

/**
 * A tangle in a file. A notation begins with its label, `i`, and so needs nothing between it and the next; it has no
 * comma and no quote.
 */
export function entryOf(format: Format, { notation, TCN, is_good, positivity }: TangleFields): string {
	if (format === "text") return notation;
	if (format === "csv") return `${[notation, TCN, is_good, positivity].join(",")}\n`;
	return `${JSON.stringify({ notation, TCN, is_good, positivity })}\n`;
}

const EXTENSIONS: Readonly<Record<Format, string>> = { text: "txt", jsonl: "jsonl", csv: "csv" };

/** `tcn09-00001.txt`: number `number`, from 1, of the files of a TCN. */
export function fileName(tcn: number, number: number, { format, gzip }: TableShape): string {
	const name = `tcn${String(tcn).padStart(2, "0")}-${String(number).padStart(5, "0")}`;
	return `${name}.${EXTENSIONS[format]}${gzip ? ".gz" : ""}`;
}
