/** A table too long to be held: its head stands before the first rows, a column is as wide as its widest cell so far. */
export class RunningTable {
	readonly #widths: number[];
	#head: readonly string[] | undefined;

	constructor(head: readonly string[]) {
		this.#head = head;
		this.#widths = head.map(() => 0);
	}

	/** The next rows as text; nothing, and no head, where there are none. */
	lines(rows: readonly (readonly string[])[]): string {
		if (rows.length === 0) return "";
		const all = this.#head === undefined ? rows : [this.#head, ...rows];
		this.#head = undefined;
		for (const row of all) {
			for (const [column, cell] of row.entries()) {
				this.#widths[column] = Math.max(this.#widths[column] ?? 0, Bun.stringWidth(cell));
			}
		}
		const line = (row: readonly string[]) =>
			row.map((cell, column) => cell + " ".repeat((this.#widths[column] ?? 0) - Bun.stringWidth(cell))).join("  ");
		return all.map((row) => `${line(row).trimEnd()}\n`).join("");
	}
}
