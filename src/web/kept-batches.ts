import pLimit from "p-limit";
import type { ReportDocument } from "../line/batches/report-in-full.ts";
import type { BatchPage, BatchQuery, BatchView } from "./batch-list.ts";
import type { Hub } from "./hub.ts";
import type { Keeping } from "./kept-answer.ts";
import { KeptAnswers } from "./kept-answers.ts";
import type { LocksView, Sourced } from "./look.ts";
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

/**
 * What pages ask of the batches: however many ask the same after one look, within `maxAgeMs`, the database is asked once;
 * of different questions few at a time.
 */
export class KeptBatches {
	readonly sources: BatchSources;
	readonly #hub: Hub;
	readonly #pages: KeptAnswers<BatchQuery, BatchPage>;
	readonly #views: KeptAnswers<string, BatchView | null>;
	readonly #reports: KeptAnswers<{ readonly id: string; readonly key: string }, ReportDocument | null>;
	readonly #inTurn = pLimit(MOST_ASKED);
	readonly #maxAgeMs: number;
	/** Number of the last look, and when it was first seen, by `performance.now()`, ms. */
	#look = { number: 0, at: Number.NEGATIVE_INFINITY };

	constructor(
		sources: BatchSources,
		{ hub, keeping, maxAgeMs }: { readonly hub: Hub; readonly keeping: Keeping; readonly maxAgeMs: number },
	) {
		this.sources = sources;
		this.#hub = hub;
		this.#maxAgeMs = maxAgeMs;
		const patient = { ...keeping, limitMs: LONGEST_LIST_MS };
		this.#pages = new KeptAnswers(
			(query, signal) => this.#inTurn(async () => await sources.page(query, await this.#locks(), signal)),
			patient,
			{ maxAgeMs, most: MOST_ROWS_KEPT, sizeOf: rowsOf },
		);
		this.#views = new KeptAnswers(
			(id, signal) => this.#inTurn(async () => (await sources.batch(id, await this.#locks(), signal)) ?? null),
			patient,
			{ maxAgeMs, most: MOST_KEPT },
		);
		this.#reports = new KeptAnswers(
			({ id, key }, signal) => this.#inTurn(async () => (await sources.report(id, key, signal)) ?? null),
			patient,
			{ maxAgeMs, most: MOST_REPORTS_KEPT },
		);
	}

	async page(query: BatchQuery): Promise<Sourced<BatchPage>> {
		return await this.#pages.fresh(query, await this.#maxAge());
	}

	/** Null where there is no such batch. */
	async batch(id: string): Promise<Sourced<BatchView | null>> {
		return await this.#views.fresh(id, await this.#maxAge());
	}

	/** Null where there is no such batch, or none of its events has the key. */
	async report(id: string, key: string): Promise<Sourced<ReportDocument | null>> {
		return await this.#reports.fresh({ id, key });
	}

	async #locks(): Promise<LocksView | undefined> {
		return (await this.#hub.latest()).locks?.value;
	}

	/**
	 * How old an answer may be, ms: a page that is told of a new look asks for itself, and what was asked before that look
	 * would hide from it what is new.
	 */
	async #maxAge(): Promise<number> {
		const { number } = await this.#hub.latest();
		const now = performance.now();
		if (number !== this.#look.number) this.#look = { number, at: now };
		return Math.min(this.#maxAgeMs, now - this.#look.at + CLOCK_MS);
	}
}
