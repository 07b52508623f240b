import { expect, test } from "bun:test";
import type { Batch, BatchEvent } from "../../../src/line/batches/batch.ts";
import { changed } from "../../../src/line/batches/derive.ts";
import { newBatch, parseBatchId } from "../../../src/line/batches/id.ts";
import { byPath, cellsOf, columnsOf, type LineStation } from "../../../src/web/cells.ts";

const station = (component: string, past: string, event: string): LineStation => ({
	...{ component, event },
	conditions: { past: [past], future: [event], old: [], types: [] },
});
// Named so that the order of names is not that of the line.
const LINE = [station("B", "Archived", "Checked"), station("C", "Received", "Archived")];

function batch(...events: readonly (readonly [type: string, success: boolean])[]): Batch {
	const all = events.map(
		([type, success], at): BatchEvent => ({ type, success, time: new Date(at), agent: "", details: "" }),
	);
	return changed(newBatch(parseBatchId("B1-RT1"), "N", new Date(0)), { events: all });
}

test("columns: what comes before the line, the line in its order, then what else there is", () => {
	const columns = columnsOf(LINE, [batch(["Zzz", true], ["Received", true], ["Archived", true])]);
	expect(columns.map(({ event }) => event)).toEqual(["Received", "Archived", "Checked", "Zzz"]);
	expect(columns.map(({ component }) => component)).toEqual([undefined, "C", "B", undefined]);
});

test("a hostile number of types of event makes no hostile number of columns", () => {
	const many = Array.from({ length: 5000 }, (_, at) => [`e${at}`, true] as const);
	expect(columnsOf(LINE, [batch(...many)]).length).toBeLessThan(50);
});

test("a cell is done, failed, waiting, working with its holder, stopped, or not its turn yet", () => {
	const columns = columnsOf(LINE, []);
	const holder = {
		node: "n",
		layer: "flat",
		kind: "tangles",
		holder: "h:1 u",
		since: "2026-11-24T01:02:03.456Z",
		token: "1",
		session: "0",
	} as const;
	const states = (some: Batch, locked: readonly string[] = []) =>
		cellsOf(some, {
			...{ columns, stations: LINE, stopEvent: "Stopped" },
			locks: byPath(locked.map((path) => ({ path, holders: [holder], waiting: 0 }))),
		}).map(({ state }) => state);
	expect(states(batch())).toEqual(["none", "none"]);
	expect(states(batch(["Received", true]))).toEqual(["waiting", "none"]);
	expect(states(batch(["Received", true], ["Archived", true]))).toEqual(["done", "waiting"]);
	expect(states(batch(["Received", true], ["Archived", false]))).toEqual(["failed", "none"]);
	expect(states(batch(["Received", true]), ["/C/B1-RT1"])).toEqual(["working", "none"]);
	expect(states(batch(["Received", true]), ["/C/B1-RT2", "/D/B1-RT1"])).toEqual(["waiting", "none"]);
	expect(states(batch(["Received", true], ["Stopped", true]))).toEqual(["stopped", "stopped"]);
	// The newest event of a type is the only one that counts.
	expect(states(batch(["Archived", false], ["Archived", true]))[0]).toBe("done");
});
