import type { LineReader } from "./line-entries.ts";
import { type SaidAttributes, type TableEntry, unreadableEntry } from "./table-entry.ts";

/** Reads the rows of CSV (RFC 4180, a row a line), of which the first names the columns, in any order. */
export function csvRows(): LineReader {
	let columns: readonly string[] | undefined;
	return (line, offset): TableEntry | undefined => {
		const cells = cellsOf(line);
		if (columns === undefined) {
			columns = cells ?? [];
			return undefined;
		}
		if (cells?.length !== columns.length)
			return unreadableEntry(offset, line, `the row has not ${columns.length} cells`);
		const row = new Map(columns.map((column, at) => [column, cells[at]]));
		const notation = row.get("notation");
		if (notation === undefined) return unreadableEntry(offset, line, 'the head has no column "notation"');
		return { offset, notation, said: saidIn(row), unreadable: undefined };
	};
}

function saidIn(row: ReadonlyMap<string, string | undefined>): SaidAttributes {
	const TCN = row.get("TCN");
	const good = row.get("is_good");
	return {
		TCN: TCN !== undefined && /^-?\d{1,3}$/.test(TCN) ? Number(TCN) : TCN,
		// Programs write them as True and TRUE, too.
		is_good: good !== undefined && /^(?:true|false)$/i.test(good) ? good.toLowerCase() === "true" : good,
		positivity: row.get("positivity"),
	};
}

/** The cells of a row; undefined where a quote does not end. */
function cellsOf(line: string): string[] | undefined {
	if (!line.includes('"')) return line.split(",");
	const cells: string[] = [];
	const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
	while (cell.lastIndex <= line.length) {
		const found = cell.exec(line);
		if (found === null) return undefined;
		const [, quoted, plain = "", end] = found;
		cells.push(quoted?.replaceAll('""', '"') ?? plain);
		if (end === "") return cells;
	}
	return undefined;
}
