import type { Batch, Conditions } from "../line/batches/batch.ts";
import { unmet } from "../line/batches/conditions.ts";
import { newestOf } from "../line/batches/derive.ts";
import { inLineOrder } from "../line/stations/order.ts";
import type { LockView } from "../locks/inspect-lock.ts";
import type { BatchCell, BatchColumn } from "./batch-list.ts";

/** A component of the line, as the columns need it. */
export interface LineStation {
	readonly component: string;
	/** Type of the event that it records. */
	readonly event: string | undefined;
	readonly conditions: Conditions;
}

/** Event types on a page beside those of the stations; of hostile documents there may be any number. */
const MOST_OTHERS = 30;

/** A column for each event of the line, in its order, then for each other type that the batches have, by name. */
export function columnsOf(stations: readonly LineStation[], batches: readonly Pick<Batch, "seen">[]): BatchColumn[] {
	const line = inLineOrder(stations).flatMap(({ component, event }) =>
		event === undefined ? [] : [{ event, component }],
	);
	const own = [...new Map(line.toReversed().map((column) => [column.event, column])).values()].toReversed();
	const known = new Set(own.map(({ event }) => event));
	const others = [...new Set(batches.flatMap(({ seen }) => seen))].filter((event) => !known.has(event)).toSorted();
	// What comes before the line, such as an arrival, is asked for by its stations.
	const asked = new Set(stations.flatMap(({ conditions }) => conditions.past));
	const before = others.filter((event) => asked.has(event));
	const behind = others.filter((event) => !asked.has(event));
	const bare = (event: string): BatchColumn => ({ event, component: undefined });
	return [...before.map(bare), ...own, ...behind.slice(0, MOST_OTHERS).map(bare)];
}

/** What the cells of a batch are told by, beside the batch. */
export interface CellContext {
	readonly columns: readonly BatchColumn[];
	readonly stations: readonly LineStation[];
	/** The type of event that stops a batch. */
	readonly stopEvent: string;
	readonly locks: ReadonlyMap<string, LockView>;
}

/** The locks by their paths. */
export const byPath = (locks: readonly LockView[]) => new Map(locks.map((lock) => [lock.path, lock]));

/** What became of each type of event on the batch. A lock says more than an earlier outcome: it is worked on anew. */
export function cellsOf(batch: Batch, { columns, stations, stopEvent, locks }: CellContext): BatchCell[] {
	const newest = newestOf(batch.events);
	const isStopped = newest.get(stopEvent)?.success === true;
	return columns.map(({ event, component }): BatchCell => {
		const holder = component === undefined ? undefined : locks.get(`/${component}/${batch.id}`)?.holders[0];
		if (holder !== undefined) return { state: "working", time: holder.since, holder: holder.holder };
		const last = newest.get(event);
		if (last !== undefined) return { state: last.success ? "done" : "failed", time: last.time.toISOString() };
		if (isStopped) return { state: "stopped" };
		const own = stations.filter((station) => station.component === component);
		return { state: own.some(({ conditions }) => unmet(batch, conditions).length === 0) ? "waiting" : "none" };
	});
}
