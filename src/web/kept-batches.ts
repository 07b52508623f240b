import pLimit from "p-limit";
import { Fault } from "../base/fault.ts";
import type { ReportDocument } from "../line/batches/report-in-full.ts";
import type { BatchPage, BatchQuery, BatchView } from "./batch-list.ts";
import type { Hub } from "./hub.ts";
import type { Keeping } from "./kept-answer.ts";
import { KeptAnswers } from "./kept-answers.ts";
import type { Sourced } from "./look.ts";
import type { BatchSources } from "./sources.ts";

/** Rows of pages that are kept for the next who asks; a page without any takes as much as so many. */
const MOST_ROWS_KEPT = 5000;
const EMPTY_PAGE = 50;
/** Batches that are kept so. */
const MOST_KEPT = 50;
/** A report may have megabytes. */
const MOST_REPORTS_KEPT = 3;
/** A server without a fitting index reads the whole collection for a page: somebody waits for it. */
const LONGEST_LIST_MS = 15_000;
/**
 * Questions that are asked at a time: each holds the documents of a page, or a whole batch, and some servers answer one
 * after the other anyway.
 */
const MOST_ASKED = 2;

const rowsOf = (page: BatchPage | undefined) => EMPTY_PAGE + (page?.rows.length ?? 0);

/** Two readings of the clock may be the same. */
const CLOCK_MS = 0.001;

const NO_DATABASE = new Fault("usage", "no database is configured", { hint: "db-connection-info names it" });

/**
 * What pages ask of the batches: however many ask the same after one look, within `maxAgeMs`, the database is asked once;
 * of different questions few at a time.
 */
export class KeptBatches {
	readonly #sources: BatchSources | undefined;
	readonly #hub: Hub;
	readonly #pages: KeptAnswers<BatchPage>;
	readonly #views: KeptAnswers<BatchView | null>;
	readonly #reports: KeptAnswers<ReportDocument | null>;
	readonly #inTurn = pLimit(MOST_ASKED);
	readonly #maxAgeMs: number;
	/** Number of the last look, and when it was first seen, by `performance.now()`, ms. */
	#look = { number: 0, at: Number.NEGATIVE_INFINITY };

	/** `sources` are undefined where no database is configured. */
	constructor(
		sources: BatchSources | undefined,
		{ hub, keeping, maxAgeMs }: { readonly hub: Hub; readonly keeping: Keeping; readonly maxAgeMs: number },
	) {
		this.#sources = sources;
		this.#hub = hub;
		this.#maxAgeMs = maxAgeMs;
		const patient = { ...keeping, limitMs: LONGEST_LIST_MS };
		this.#pages = new KeptAnswers(patient, { maxAgeMs, most: MOST_ROWS_KEPT, sizeOf: rowsOf });
		this.#views = new KeptAnswers(patient, { maxAgeMs, most: MOST_KEPT });
		this.#reports = new KeptAnswers(patient, { maxAgeMs, most: MOST_REPORTS_KEPT });
	}

	/** Throws a Fault "usage" where no database is configured. */
	get sources(): BatchSources {
		if (this.#sources === undefined) throw NO_DATABASE;
		return this.#sources;
	}

	async page(query: BatchQuery): Promise<Sourced<BatchPage>> {
		const { sources } = this;
		const { locks, maxAgeMs } = await this.#latest();
		const ask = (signal: AbortSignal) => this.#inTurn(() => sources.page(query, locks?.value, signal));
		return await this.#pages.fresh(JSON.stringify(query), ask, maxAgeMs);
	}

	/**
	 * The locks as of now, and how old an answer may be: a page that is told of a new look asks for itself, and what was
	 * asked before that look would hide from it what is new.
	 */
	async #latest() {
		const { number, locks } = await this.#hub.latest();
		const now = performance.now();
		if (number !== this.#look.number) this.#look = { number, at: now };
		return { locks, maxAgeMs: Math.min(this.#maxAgeMs, now - this.#look.at + CLOCK_MS) };
	}

	/** Null where there is no such batch. */
	async batch(id: string): Promise<Sourced<BatchView | null>> {
		const { sources } = this;
		const { locks, maxAgeMs } = await this.#latest();
		const ask = (signal: AbortSignal) => this.#inTurn(() => sources.batch(id, locks?.value, signal));
		return await this.#views.fresh(id, async (signal) => (await ask(signal)) ?? null, maxAgeMs);
	}

	/** Null where there is no such batch, or none of its events has the key. */
	async report(id: string, key: string): Promise<Sourced<ReportDocument | null>> {
		const { sources } = this;
		const ask = (signal: AbortSignal) => this.#inTurn(() => sources.report(id, key, signal));
		return await this.#reports.fresh(`${id} ${key}`, async (signal) => (await ask(signal)) ?? null);
	}
}
