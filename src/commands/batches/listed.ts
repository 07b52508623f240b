import { printable, shortened } from "../../base/printable.ts";
import { csvLines } from "../../cli/csv.ts";
import { RunningTable } from "../../cli/table.ts";
import type { Listed } from "../../line/batches/listed.ts";

/** How a list is printed. */
export type ListForm = "narrow" | "wide" | "csv";

const COLUMNS = 80;
const LONGEST_TYPE = 12;
const LONGEST_FIELD = 30;
/** Columns of outcome and time, and the blanks between all five. */
const BESIDE = "succeeded".length + "01-31 13:45".length + 4 * 2;

/** `01-31 13:45` of this year, `2025-01-31` of others; UTC. */
function shortTime(time: string): string {
	const isThisYear = time.startsWith(String(new Date().getUTCFullYear()));
	return isThisYear ? time.slice(5, 16).replace("T", " ") : time.slice(0, 10);
}

const textOf = (value: unknown) => (typeof value === "string" ? value : value === null ? "-" : JSON.stringify(value));

/** The pages of a list as text: a table of 80 columns, one of all, or CSV. `fields` are names of `--show`. */
export function listText(form: ListForm, fields: readonly string[]): (page: readonly Listed[]) => string {
	if (form === "csv") {
		let head: string[][] = [["id", "type", "created", "modified", "last_event", "success", "time", ...fields]];
		return (page) => {
			const rows = [...head, ...page.map((item) => csvCells(item, fields))];
			head = [];
			return csvLines(rows);
		};
	}
	const times = form === "wide" ? ["created", "modified"] : [];
	const table = new RunningTable(["batch", "type", ...times, "last event", "outcome", "time", ...fields]);
	const cells = form === "wide" ? wideCells : narrowCells;
	return (page) => {
		const longest = Math.max("batch".length, ...page.map(({ id }) => Bun.stringWidth(printable(id))));
		return table.lines(page.map((item) => [...cells(item, longest), ...fieldCells(item, fields, form)]));
	};
}

function fieldCells(item: Listed, fields: readonly string[], form: ListForm): string[] {
	if ("malformed" in item) return [];
	return fields.map((name) => {
		const text = textOf(item.fields?.[name] ?? null);
		return form === "wide" ? printable(text) : shortened(text, LONGEST_FIELD);
	});
}

const outcomeOf = ({ success }: { readonly success: boolean }) => (success ? "succeeded" : "failed");

function wideCells(item: Listed): string[] {
	if ("malformed" in item) {
		const why = item.malformed.map(({ text }) => text).join("; ");
		return [item.id, "malformed", "-", "-", "-", "-", why].map(printable);
	}
	const { id, type, created, modified, last_event: last } = item;
	const event = last === undefined ? ["-", "-", "-"] : [last.type, outcomeOf(last), last.time];
	return [id, type, created, modified, ...event].map(printable);
}

/** `longest` is the width of the longest id: ids are never cut. */
function narrowCells(item: Listed, longest: number): string[] {
	const room = Math.max(8, COLUMNS - longest - LONGEST_TYPE - BESIDE);
	// What is wrong is said by lines of the log, and by --wide.
	if ("malformed" in item) return [printable(item.id), "malformed"];
	const { id, type, last_event: last } = item;
	const event =
		last === undefined ? ["-", "-", "-"] : [shortened(last.type, room), outcomeOf(last), shortTime(last.time)];
	return [printable(id), shortened(type, LONGEST_TYPE), ...event];
}

function csvCells(item: Listed, fields: readonly string[]): string[] {
	if ("malformed" in item) return [item.id, "malformed"];
	const { id, type, created, modified, last_event: last } = item;
	const event = last === undefined ? ["", "", ""] : [last.type, String(last.success), last.time];
	return [id, type, created, modified, ...event, ...fields.map((name) => csvField(item.fields?.[name] ?? null))];
}

const csvField = (value: unknown) => (value === null ? "" : textOf(value));
