import { printable } from "../base/printable.ts";

/** A spreadsheet takes a cell that begins so for a formula, and runs it. OWASP, "CSV Injection" */
const FORMULA = /^[=+\-@\t\r]/;

/** A cell: quoted where it must be (RFC 4180), and never a formula: an apostrophe stands before what would be one. */
function cellOf(text: string): string {
	const safe = printable(FORMULA.test(text) ? `'${text}` : text);
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as lines of CSV, which end with CR and LF. */
export function csvLines(rows: readonly (readonly string[])[]): string {
	return rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");
}
