import type { DoctorDocument } from "../base/doctor-line.ts";
import type { QueueDocument } from "../enumeration/stencils/documents.ts";
import type { ReportDocument } from "../line/batches/report-in-full.ts";
import type { StationDocument } from "../line/stations/document.ts";
import type { BatchPage, BatchQuery, BatchView } from "./batch-list.ts";
import type { OverdueDocument } from "./documents.ts";
import type { EnumerationView, LocksView } from "./look.ts";

/**
 * What is asked of the servers at each look. Each call throws a Fault where its server does not answer in time; a
 * server that is not configured is undefined.
 */
export interface LookSources {
	readonly enumeration: ((signal: AbortSignal) => Promise<EnumerationView | null>) | undefined;
	readonly queue: ((signal: AbortSignal) => Promise<QueueDocument>) | undefined;
	readonly locks: ((signal: AbortSignal) => Promise<LocksView>) | undefined;
	/** `working` may be 0 in each: the hub counts it by the locks. */
	readonly line: ((signal: AbortSignal) => Promise<readonly StationDocument[]>) | undefined;
	/** Long questions, asked less often. */
	readonly findings: (signal: AbortSignal) => Promise<DoctorDocument>;
	readonly overdue: ((signal: AbortSignal) => Promise<OverdueDocument>) | undefined;
}

/** What is asked of the batches when a page asks for it. Undefined calls: no database is configured. */
export interface BatchSources {
	page(query: BatchQuery, locks: LocksView | undefined, signal: AbortSignal): Promise<BatchPage>;
	/** Undefined where there is no such batch. Throws a Fault "data" where its document is malformed. */
	batch(id: string, locks: LocksView | undefined, signal: AbortSignal): Promise<BatchView | undefined>;
	/**
	 * The details in full of the batch's event whose `report` is that key; undefined where there is no such batch or event.
	 * Throws a Fault "data" where they were removed.
	 */
	report(id: string, key: string, signal: AbortSignal): Promise<ReportDocument | undefined>;
	/** All batches that the query's filter takes, as text piece by piece: the form of `tangles batches ls`. */
	exported(query: BatchQuery, form: "csv" | "json", signal: AbortSignal): AsyncIterable<string>;
}
