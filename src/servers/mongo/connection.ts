import { type Db, type MongoClient, MongoServerSelectionError } from "mongodb";
import { withDeadline } from "../../base/deadline.ts";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { noteOpen } from "../../base/open.ts";
import { createOutageRetry } from "../../base/outage-retry.ts";
import type { MongoConfig } from "../../config/config.ts";
import { hideLogin } from "../../config/values/mongo-uri.ts";
import { createClient, type ReadRole } from "./client.ts";
import { asFault } from "./errors.ts";
import { Members } from "./members.ts";

const CALL_MS = 30_000;
const CLOSE_MS = 2000;

/** A database, its outages ridden out. Disposed of, it is closed. */
export interface Mongo extends AsyncDisposable {
	readonly db: Db;
	/** `<database>` for messages. */
	readonly database: string;
	/** Begins to connect, beside what comes before the first call; whether it fails shows at that call. */
	begin(): void;
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

/** A client, or a Fault "config" where the options of the address do not fit each other. */
function clientOf(config: MongoConfig, reads: ReadRole, server: string): MongoClient {
	try {
		return createClient(config, reads);
	} catch (error) {
		throw withoutLogin(asFault(error, server, config.database), config);
	}
}

/** The driver's words about an address may quote it, and so may their causes. */
function withoutLogin(error: unknown, { uri }: MongoConfig): unknown {
	if (!isFault(error, "config")) return error;
	const text = hideLogin(error.message, uri.reveal());
	return text === error.message ? error : new Fault(error.kind, text, { hint: error.hint });
}

/**
 * The database of `config`, for all that decides, pages or writes: every read is the primary's. Nothing is sent before
 * the first call. `stop` ends calls that name no signal of their own. Throws a Fault "config" where options of the
 * address do not fit each other.
 */
export function openMongo(config: MongoConfig, patienceMs: number, log: Log, stop?: AbortSignal): Mongo {
	return open(config, "deciding", { patienceMs, log, stop });
}

/** The same for what is only shown to people: reads follow the read preference of the address. */
export function openMongoToLook(config: MongoConfig, patienceMs: number, log: Log, stop?: AbortSignal): Mongo {
	return open(config, "following", { patienceMs, log, stop });
}

interface Opening {
	readonly patienceMs: number;
	readonly log: Log;
	readonly stop: AbortSignal | undefined;
}

function open(config: MongoConfig, reads: ReadRole, { patienceMs, log, stop }: Opening): Mongo {
	const server = `MongoDB at ${config.address}`;
	const client = clientOf(config, reads, server);
	const members = new Members(client, server);
	const outageRetry = createOutageRetry(server, patienceMs, log);
	const closed = noteOpen(`connection to ${server}`);
	const db = client.db(config.database);
	let closing = false;
	// What is still under way at the close is not tried again: nobody waits for it.
	const checkOpen = () => {
		if (closing) throw new Fault("failed", `the connection to ${server} is closed`);
	};
	let connecting: Promise<unknown> | undefined;
	/**
	 * One connect at a time, and again after one that failed. A call that connects by itself does neither: the driver
	 * closes its topology then, and every later call ends with "Topology is closed" for ever.
	 */
	const connected = async () => {
		connecting ??= client.connect().catch((error: unknown) => {
			connecting = undefined;
			throw error;
		});
		await connecting;
	};
	const unanswered = (ms: number) => () =>
		members.unreachable() ?? new Fault("unreachable", `no answer within ${Math.round(ms)} ms`);
	const close = async () => {
		closing = true;
		try {
			await withDeadline(CLOSE_MS, client.close(true), () => new Fault("unreachable", "closing took too long"));
		} catch (error) {
			log.debug(`${server}: ${messageOf(error)}`);
		}
		closed();
	};
	return {
		db,
		database: config.database,
		// What goes wrong is told by the first call, which connects again.
		begin: () => void connected().catch(() => {}),
		call: async (attempt, { signal = stop, attemptMs = CALL_MS } = {}) =>
			await outageRetry.call({ attemptMs, signal }, async (ms) => {
				const run = async () => {
					await connected();
					if (reads === "deciding") members.checkDirect();
					return await attempt(db);
				};
				try {
					checkOpen();
					return await withDeadline(ms, members.orHopeless(run()), unanswered(ms));
				} catch (error) {
					checkOpen();
					throw withoutLogin(withMembersFault(asFault(error, server, config.database), members), config);
				}
			}),
		close,
		[Symbol.asyncDispose]: close,
	};
}

/** The driver's word that no server was found, with what its monitors saw in its place. */
function withMembersFault(error: unknown, members: Members): unknown {
	const selection = isFault(error, "unreachable") && error.cause instanceof MongoServerSelectionError;
	return selection ? (members.unreachable() ?? error) : error;
}
