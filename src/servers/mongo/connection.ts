import { type Db, MongoClient, MongoParseError } from "mongodb";
import { within } from "../../base/deadline.ts";
import { Fault, messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { noteOpen } from "../../base/open.ts";
import { createRideOut } from "../../base/ride-out.ts";
import type { MongoConfig } from "../../config/config.ts";
import { asFault } from "./errors.ts";

const CALL_MS = 30_000;
/** Time to find a server that takes writes, and to connect. */
const SELECTION_MS = 5000;
const CLOSE_MS = 2000;

/** A database, its outages ridden out. */
export interface Mongo {
	readonly db: Db;
	/** `<database>` for messages. */
	readonly database: string;
	/**
	 * Runs `attempt` with a deadline, again where the server was out of reach: it must bear being repeated.
	 * Throws a Fault "unreachable" or "refused", or what the attempt throws.
	 */
	call<T>(attempt: (db: Db) => Promise<T>, options?: CallOptions): Promise<T>;
	close(): Promise<void>;
}

export interface CallOptions {
	readonly signal?: AbortSignal;
	/** Longest time for one attempt, ms. */
	readonly attemptMs?: number;
}

function createClient(config: MongoConfig): MongoClient {
	try {
		return new MongoClient(config.uri.reveal(), {
			appName: "tangles",
			serverSelectionTimeoutMS: SELECTION_MS,
			connectTimeoutMS: SELECTION_MS,
			// Journaled: some servers lose what they acknowledged otherwise, when they are killed.
			writeConcern: { w: "majority", journal: true },
			readConcern: { level: "local" },
			ignoreUndefined: true,
		});
	} catch (error) {
		if (!(error instanceof MongoParseError)) throw error;
		throw new Fault("config", `the MongoDB address is not understood: ${messageOf(error)}`, {
			mend: "legal is mongodb://[USER:PASSWORD@]HOST[:PORT][/DATABASE][?OPTIONS], USER and PASSWORD percent-encoded",
			cause: error,
		});
	}
}

/** The database of `config`; nothing is sent before the first call. `stop` ends calls that name no signal of their own. */
export function openMongo(config: MongoConfig, patienceMs: number, log: Log, stop?: AbortSignal): Mongo {
	const server = `MongoDB at ${config.address}`;
	const client = createClient(config);
	const rideOut = createRideOut(server, patienceMs, log);
	const closed = noteOpen(`connection to ${server}`);
	const db = client.db(config.database);
	let closing = false;
	// What is still under way at the close is not tried again: nobody waits for it.
	const checkOpen = () => {
		if (closing) throw new Fault("failed", `the connection to ${server} is closed`);
	};
	return {
		db,
		database: config.database,
		call: async (attempt, { signal = stop, attemptMs = CALL_MS } = {}) =>
			await rideOut.call({ attemptMs, signal }, async (ms) => {
				try {
					checkOpen();
					return await within(ms, attempt(db), () => new Fault("unreachable", `no answer within ${Math.round(ms)} ms`));
				} catch (error) {
					checkOpen();
					throw asFault(error, server, config.database);
				}
			}),
		close: async () => {
			closing = true;
			try {
				await within(CLOSE_MS, client.close(true), () => new Fault("unreachable", "closing took too long"));
			} catch (error) {
				log.debug(`${server}: ${messageOf(error)}`);
			}
			closed();
		},
	};
}
