import { createHash } from "node:crypto";
import type { Batch, BatchEvent } from "./batch.ts";
import { changed, newestOf } from "./derive.ts";

/** Details of so many bytes stay with their event. */
const LONGEST_KEPT = 2048;
/** A document keeps so much room for what is recorded next: more than the largest report and a claim need. */
const RESERVE_BYTES = 2 * 1024 * 1024;
/** Letters that are kept of each text, and of details that are no report. */
const LONGEST_TEXT = 200;

/** Details of an event in full, kept beside its batch's document. */
export interface KeptReport {
	/** Follows from batch and details: a report that is kept twice is kept once. */
	readonly key: string;
	/** Full id. */
	readonly batch: string;
	readonly type: string;
	readonly time: Date;
	readonly details: string;
}

const whole = new WeakMap<BatchEvent, BatchEvent>();

/** The event as it was before its details were cut; itself where they were not, in this process. */
export const wholeOf = (event: BatchEvent): BatchEvent => whole.get(event) ?? event;

const cutText = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

/** A report without its failures, which are counted; of other details the beginning. */
function sumsOf(details: string): string {
	let report: unknown;
	try {
		report = JSON.parse(details);
	} catch {
		// Details may be any text.
		return cutText(details);
	}
	if (typeof report !== "object" || report === null || !("failures" in report) || !Array.isArray(report.failures)) {
		return cutText(details);
	}
	const leftOut = "failures_left_out" in report && Number(report.failures_left_out);
	const fields = Object.entries(report).flatMap(([name, value]) => {
		if (typeof value === "string") return [[name, cutText(value)]];
		return typeof value === "number" || typeof value === "boolean" ? [[name, value]] : [];
	});
	const sums = { failures: [], failures_left_out: report.failures.length + (leftOut || 0) };
	const text = JSON.stringify({ ...Object.fromEntries(fields.slice(0, 20)), ...sums });
	return Buffer.byteLength(text) <= LONGEST_KEPT ? text : cutText(details);
}

const isLong = ({ report, details }: BatchEvent) => report === undefined && Buffer.byteLength(details) > LONGEST_KEPT;

/** The events whose details need not be in the document, the first to go first, and how many must. */
function candidates({ events, history = [] }: Batch): { must: BatchEvent[]; may: BatchEvent[] } {
	const newest = new Set(newestOf(events).values());
	const byTime = events.filter(isLong).toSorted((a, b) => a.time.getTime() - b.time.getTime());
	const removed = history.flatMap((removal) => removal.removed.map(({ event }) => event)).filter(isLong);
	return {
		must: byTime.filter((event) => !newest.has(event)),
		may: [...removed, ...byTime.filter((event) => newest.has(event))],
	};
}

/**
 * The batch with details cut to their sums where another event of the type has superseded theirs, and the details in
 * full, to be kept before it is stored. Where its document has little `room` (in bytes) left, the oldest of its history
 * are cut too, then the oldest of its events. The same batch where there is nothing to cut.
 */
export function relieved(batch: Batch, room: (batch: Batch) => number): { batch: Batch; reports: KeptReport[] } {
	const { must, may } = candidates(batch);
	const cut = new Map<BatchEvent, BatchEvent>();
	const reports: KeptReport[] = [];
	const add = (event: BatchEvent): number => {
		const { type, time, details } = event;
		const key = createHash("sha256").update(`${batch.id}\n${details}`).digest("hex").slice(0, 32);
		const short = { ...event, details: sumsOf(details), report: key };
		whole.set(short, wholeOf(event));
		cut.set(event, short);
		reports.push({ ...{ key, batch: batch.id, type, time, details } });
		return Buffer.byteLength(details) - Buffer.byteLength(short.details) - key.length;
	};
	let saved = must.map(add).reduce((sum, bytes) => sum + bytes, 0);
	if (may.length > 0) {
		const before = room(batch);
		for (const event of may) {
			if (before + saved >= RESERVE_BYTES) break;
			saved += add(event);
		}
	}
	if (cut.size === 0) return { batch, reports };
	const short = (event: BatchEvent) => cut.get(event) ?? event;
	const history = batch.history?.map((removal) => ({
		...removal,
		removed: removal.removed.map(({ at, event }) => ({ at, event: short(event) })),
	}));
	return { batch: { ...changed(batch, { events: batch.events.map(short) }), history }, reports };
}
