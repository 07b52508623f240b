import { Fault } from "../../base/fault.ts";
import type { Batch, Conditions } from "./batch.ts";
import { unmet } from "./conditions.ts";
import { changed } from "./derive.ts";
import { documentOf } from "./document.ts";
import { readBatchId } from "./id.ts";
import { isBatch, type Malformed, type Page, type Place, type Stored } from "./malformed.ts";
import type { BatchStore } from "./ports.ts";
import type { KeptReport } from "./reports.ts";

/** What a document may have in MongoDB, less what the store there keeps for itself. */
const MAX_BYTES = 15 * 1024 * 1024;
const PAGE = 200;

/** A call of the port that asks the database. */
export type BatchStoreCall =
	| "ready"
	| "all"
	| "find"
	| "roundTrips"
	| "withOutgoing"
	| "add"
	| "keepReports"
	| "report"
	| "store";

export interface InMemoryBatchOptions {
	/**
	 * Awaited before each call is carried out, and once for `all`: a write of somebody else goes in here. What it throws,
	 * the call throws.
	 */
	readonly before?: (call: BatchStoreCall) => void | Promise<void>;
	/** How many bytes a batch's document may have as JSON. */
	readonly maxBytes?: number;
}

interface Entry {
	/** The batch as it was written last: the query goes by it, also once the document is malformed. */
	readonly written: Batch;
	readonly malformed: Malformed | undefined;
}

const given = ({ written, malformed }: Entry): Stored => malformed ?? changed(written, {});

/** Where it stands in lists. */
export const placeOfStored = (stored: Stored): Place => (isBatch(stored) ? stored : stored.place);

/** What has no date comes first. */
function compareTimes(a: Date | undefined, b: Date | undefined): number {
	const difference = (a?.getTime() ?? -Infinity) - (b?.getTime() ?? -Infinity);
	// Two without a date: -Infinity less -Infinity is NaN.
	return Number.isNaN(difference) ? 0 : difference;
}

/** The order of lists: by the first event, then by `created`, then by id. */
function compare(a: Place, b: Place): number {
	const byTime = compareTimes(a.firstEvent, b.firstEvent) || compareTimes(a.created, b.created);
	if (byTime !== 0) return byTime;
	if (a.id === b.id) return 0;
	return a.id < b.id ? -1 : 1;
}

/** True where a list that ended at `after` goes on with `place`. */
function isBehind(place: Place, after: Place): boolean {
	return after.firstEvent === undefined ? place.firstEvent !== undefined : compare(place, after) > 0;
}

/**
 * A batch collection without a server, for unit tests: every call is carried out at once, in one step. The contract
 * that this adapter and MongoDB share is `test/support/batch-store-contract.ts`.
 */
export class InMemoryBatchStore implements BatchStore {
	readonly name = "memory.batches";
	readonly #entries = new Map<string, Entry>();
	readonly #reports = new Map<string, KeptReport>();
	readonly #before: NonNullable<InMemoryBatchOptions["before"]>;
	readonly #maxBytes: number;

	constructor({ before = () => {}, maxBytes = MAX_BYTES }: InMemoryBatchOptions = {}) {
		this.#before = before;
		this.#maxBytes = maxBytes;
	}

	async ready(conditions: Conditions, limit: number, after?: Place, signal?: AbortSignal): Promise<Page> {
		await this.#turn("ready", signal);
		const all = this.#matching(conditions);
		const rest = after === undefined ? all : all.filter((stored) => isBehind(placeOfStored(stored), after));
		const batches = rest.slice(0, limit);
		const last = batches.at(-1);
		return { batches, next: last !== undefined && batches.length === limit ? placeOfStored(last) : undefined };
	}

	async *all(conditions: Conditions, signal: AbortSignal): AsyncGenerator<Stored[]> {
		await this.#turn("all", signal);
		const all = this.#matching(conditions);
		for (let at = 0; at < all.length; at += PAGE) {
			signal.throwIfAborted();
			yield all.slice(at, at + PAGE);
		}
	}

	async find(id: string, signal?: AbortSignal): Promise<Stored | undefined> {
		await this.#turn("find", signal);
		const entry = this.#entries.get(id);
		return entry === undefined ? undefined : given(entry);
	}

	async roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]> {
		await this.#turn("roundTrips", signal);
		const found = [...this.#entries].filter(([id]) => readBatchId(id)?.batchId === batchId);
		return found.map(([, entry]) => given(entry));
	}

	async withOutgoing(component: string, signal?: AbortSignal): Promise<string[]> {
		await this.#turn("withOutgoing", signal);
		const all = [...this.#entries.values()].map(({ written }) => written);
		return all.filter(({ outbox = [] }) => outbox.some((each) => each.component === component)).map(({ id }) => id);
	}

	async add(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		await this.#turn("add", signal);
		this.#checkSize(batch);
		if (this.#entries.has(batch.id)) return false;
		this.#entries.set(batch.id, { written: batch, malformed: undefined });
		return true;
	}

	room(batch: Batch): number {
		return this.#maxBytes - batch.otherBytes - Buffer.byteLength(JSON.stringify(documentOf(batch)));
	}

	async keepReports(reports: readonly KeptReport[], signal?: AbortSignal): Promise<void> {
		await this.#turn("keepReports", signal);
		for (const report of reports) this.#reports.set(`${report.batch} ${report.key}`, report);
	}

	async report(id: string, key: string, signal?: AbortSignal): Promise<string | undefined> {
		await this.#turn("report", signal);
		return this.#reports.get(`${id} ${key}`)?.details;
	}

	async store(batch: Batch, signal?: AbortSignal): Promise<boolean> {
		await this.#turn("store", signal);
		this.#checkSize(batch);
		const entry = this.#entries.get(batch.id);
		if (entry === undefined || entry.malformed !== undefined || entry.written.version !== batch.version) return false;
		const { batchId, roundTrip, type, created, touched, history, outbox, otherBytes } = entry.written;
		const kept = { batchId, roundTrip, type, created, otherBytes };
		const more = {
			touched: batch.touched ?? touched,
			history: batch.history ?? history,
			outbox: batch.outbox ?? outbox,
		};
		const written = { ...batch, ...kept, ...more, version: batch.version + 1 };
		this.#entries.set(batch.id, { written, malformed: undefined });
		return true;
	}

	/** Makes a stored batch's document malformed, as another program does that writes to it. */
	spoil(malformed: Malformed): void {
		const entry = this.#entries.get(malformed.id);
		if (entry === undefined) throw new RangeError(`there is no batch ${malformed.id}`);
		this.#entries.set(malformed.id, { written: entry.written, malformed });
	}

	/** Removes a batch, as a person does by hand. */
	remove(id: string): void {
		this.#entries.delete(id);
	}

	/** All that is stored, in the order of lists. */
	contents(): Stored[] {
		return this.select(() => true);
	}

	/** What is stored of the batches that `isWanted`, by what was written last, in the order of lists. */
	protected select(isWanted: (written: Batch) => boolean): Stored[] {
		const wanted = [...this.#entries.values()].filter(({ written }) => isWanted(written));
		return wanted.map(given).toSorted((a, b) => compare(placeOfStored(a), placeOfStored(b)));
	}

	async #turn(call: BatchStoreCall, signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		await this.#before(call);
		signal?.throwIfAborted();
	}

	#matching(conditions: Conditions): Stored[] {
		return this.select((written) => unmet(written, conditions).length === 0);
	}

	#checkSize(batch: Batch): void {
		if (this.room(batch) >= 0) return;
		throw new Fault(
			"failed",
			`${batch.id}: its events would be larger than ${this.#maxBytes} bytes; nothing was stored`,
		);
	}
}
