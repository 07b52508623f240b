import { Fault } from "../../base/fault.ts";
import type { Config } from "../../config/config.ts";
import type { Batch } from "../../line/batches/batch.ts";
import { timeline } from "../../line/batches/derive.ts";
import { listed, listedMalformed } from "../../line/batches/listed.ts";
import { isBatch, type Stored } from "../../line/batches/malformed.ts";
import { type ReportDocument, reportInFull } from "../../line/batches/report-in-full.ts";
import type { BrowsedList, BrowsedPlace } from "../../servers/mongo/batch-bounds.ts";
import { BatchBrowser, type Browsed } from "../../servers/mongo/batch-browser.ts";
import { MongoBatchStore } from "../../servers/mongo/batch-store.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";
import type { BatchPage, BatchQuery, BatchRow, BatchView } from "../../web/batch-list.ts";
import { readAge } from "../../web/batch-query.ts";
import { byPath, type CellContext, cellsOf, columnsOf, type LineStation } from "../../web/cells.ts";
import type { LocksView } from "../../web/look.ts";
import type { BatchSources } from "../../web/sources.ts";
import { listText } from "../batches/listed.ts";
import { knownStations } from "../status/line-part.ts";

/** So long a page's batches are searched for, and counted: a person reads what was found, and goes on. */
const SEARCHED_MS = 2000;
const COUNTED_MS = 1000;
/** Batches that one question of a list that is saved asks for. */
const EXPORTED_AT_ONCE = 500;

/** A place as text for an address, and back. Throws a Fault "usage" where it is none. */
const placeText = (place: BrowsedPlace) =>
	Buffer.from(JSON.stringify(place.map((value) => (value instanceof Date ? { at: +value } : value)))).toString(
		"base64url",
	);

function placeFrom(text: string, order: BrowsedList["order"]): BrowsedPlace {
	try {
		const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
		// The shorter ones are where a search has ended.
		const lengths = { first: [1, 3], id: [1], type: [2, 4] }[order];
		if (!Array.isArray(parts) || !lengths.includes(parts.length)) throw new Error("not of this order");
		return parts.map((part: unknown) => {
			if (typeof part === "string") return part;
			const at = typeof part === "object" && part !== null && "at" in part ? Number(part.at) : Number.NaN;
			const time = new Date(at);
			if (Number.isNaN(+time)) throw new Error("no time");
			return time;
		});
	} catch (cause) {
		const hint = "begin at the first page: leave `after` and `before` out";
		throw new Fault("usage", "the place in the list is not one that a page of it gave", { hint, cause });
	}
}

/** The time at which a search has ended. */
const reachedAt = (place: BrowsedPlace) => place.find((value) => value instanceof Date)?.toISOString();

const ago = (age: string | undefined) => {
	const ms = age === undefined ? undefined : readAge(age);
	return ms === undefined ? undefined : new Date(Date.now() - ms);
};

/** The list that a query asks for. */
function listOf({ types, event, outcome, text, older, younger, sort }: BatchQuery): BrowsedList {
	const when = (wanted: BatchQuery["outcome"]) => (event !== undefined && outcome === wanted ? [event] : []);
	return {
		conditions: { past: when("done"), failed: when("failed"), future: when("never"), old: [], types },
		idStart: text === "" || text.startsWith("B") ? text : `B${text}`,
		...{ firstBefore: ago(older), firstAfter: ago(younger) },
		order: sort.replace("-", "") as BrowsedList["order"],
		descending: sort.startsWith("-"),
	};
}

/** The batches as the pages ask for them, in MongoDB. */
export class MongoBatchSources implements BatchSources {
	readonly #config: Pick<Config, "components" | "batches">;
	readonly #browser: BatchBrowser;
	readonly #store: MongoBatchStore;
	readonly #stations: MongoStationDirectory;

	constructor(mongo: Mongo, config: Pick<Config, "components" | "batches">) {
		const { collection } = config.batches;
		this.#config = config;
		this.#browser = new BatchBrowser(mongo, collection);
		this.#store = new MongoBatchStore(mongo, collection);
		this.#stations = new MongoStationDirectory(mongo, collection);
	}

	async page(query: BatchQuery, locks: LocksView | undefined, signal: AbortSignal): Promise<BatchPage> {
		const list = listOf(query);
		const backwards = query.before !== undefined;
		const from = query.before ?? query.after;
		const after = from === undefined ? undefined : placeFrom(from, list.order);
		const asked = backwards ? { ...list, descending: !list.descending } : list;
		// One more tells whether there is a further page.
		const wanted = { after, limit: query.limit + 1, forMs: SEARCHED_MS };
		const [{ found, reached }, stations] = await Promise.all([
			this.#browser.list(asked, wanted, signal),
			this.#line(signal),
		]);
		// What the search has not come to is not counted either.
		const isKnown = reached !== undefined || (from === undefined && found.length <= query.limit);
		const counted = isKnown
			? { count: found.length, more: reached !== undefined }
			: await this.#browser.count(list, COUNTED_MS, signal);
		// A count that has ended early need not have come to this page.
		const total = counted.more ? { count: Math.max(counted.count, found.length), more: true } : counted;
		const some = found.slice(0, query.limit);
		const isMore = found.length > some.length;
		const shown = backwards ? some.toReversed() : some;
		const batches = shown.map(({ stored }) => stored).filter(isBatch);
		const context = this.#cellContext(stations, batches, locks);
		const edge = (browsed: Browsed | undefined) => browsed && placeText(browsed.place);
		// In the direction of the search, where it goes on and where it came from.
		const further = isMore ? edge(some.at(-1)) : reached && placeText(reached);
		const back = from === undefined ? undefined : edge(some[0]);
		return {
			query,
			columns: context.columns,
			rows: shown.map(({ stored }) => rowOf(stored, context)),
			total,
			next: backwards ? back : further,
			previous: backwards ? further : back,
			reached: reached && reachedAt(reached),
		};
	}

	async batch(id: string, locks: LocksView | undefined, signal: AbortSignal): Promise<BatchView | undefined> {
		const stored = await this.#store.find(id, signal);
		if (stored === undefined) return undefined;
		if (!isBatch(stored)) throw stored.fault();
		const [stations, siblings] = await Promise.all([
			this.#line(signal),
			this.#store.roundTrips(stored.batchId, signal),
		]);
		const context = this.#cellContext(stations, [stored], locks);
		const trips = siblings.filter(isBatch).toSorted((a, b) => a.roundTrip - b.roundTrip);
		return {
			batch: stored,
			columns: context.columns,
			cells: cellsOf(stored, context),
			locks: (locks?.locks ?? []).filter(({ path }) => path.endsWith(`/${id}`)),
			roundTrips: trips.map((trip) => ({
				id: trip.id,
				round_trip: trip.roundTrip,
				last_event: timeline(trip.events).at(-1)?.type,
			})),
		};
	}

	async report(id: string, key: string, signal: AbortSignal): Promise<ReportDocument | undefined> {
		const stored = await this.#store.find(id, signal);
		if (stored === undefined) return undefined;
		if (!isBatch(stored)) throw stored.fault();
		return await reportInFull(this.#store, stored, ({ report }) => report === key, signal);
	}

	async *exported(query: BatchQuery, form: "csv" | "json", signal: AbortSignal): AsyncGenerator<string> {
		const list = listOf(query);
		const csv = listText("csv", []);
		let after = query.after === undefined ? undefined : placeFrom(query.after, list.order);
		let some = false;
		for (;;) {
			const { found } = await this.#browser.list(list, { after, limit: EXPORTED_AT_ONCE }, signal);
			const items = found.map(({ stored }) => (isBatch(stored) ? listed(stored) : listedMalformed(stored)));
			if (form === "csv") yield csv(items);
			else if (items.length > 0) {
				yield `${some ? "," : '{"batches": ['}\n${items.map((item) => JSON.stringify(item)).join(",\n")}`;
			}
			some ||= items.length > 0;
			after = found.at(-1)?.place;
			if (found.length < EXPORTED_AT_ONCE || after === undefined) break;
		}
		if (form === "json") yield some ? "\n]}\n" : '{"batches": []}\n';
	}

	async #line(signal: AbortSignal): Promise<readonly LineStation[]> {
		return knownStations(this.#config, await this.#stations.runs(undefined, signal));
	}

	#cellContext(stations: readonly LineStation[], batches: readonly Batch[], locks: LocksView | undefined): CellContext {
		const { stopEvent } = this.#config.batches;
		return { columns: columnsOf(stations, batches), stations, stopEvent, locks: byPath(locks?.locks ?? []) };
	}
}

function rowOf(stored: Stored, context: CellContext): BatchRow {
	return isBatch(stored) ? { ...listed(stored), cells: cellsOf(stored, context) } : listedMalformed(stored);
}
