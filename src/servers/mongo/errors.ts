import {
	MongoBulkWriteError,
	MongoError,
	MongoNetworkError,
	MongoServerError,
	MongoServerSelectionError,
} from "mongodb";
import { Fault, isFault, messageOf } from "../../base/fault.ts";

const UNAUTHORIZED = 13;
/** Codes that mean "login or rights": the last are AuthenticationFailed, and what a hosted server says instead. */
const REFUSED = new Set([UNAUTHORIZED, 18, 8000]);
/**
 * Codes after which another try makes sense: the server steps down, starts, stops, or ran out of time.
 * https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md#determining-retryable-errors
 */
const TRANSIENT = new Set([6, 7, 50, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const DUPLICATE_KEY = 11000;

function isTransient(error: MongoError): boolean {
	// One that broke a bulk write off comes wrapped, as if the server had said it.
	if (error instanceof MongoBulkWriteError && error.errorResponse instanceof MongoError) {
		return isTransient(error.errorResponse);
	}
	if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
	if (error instanceof MongoServerError) {
		return TRANSIENT.has(Number(error.code)) || error.hasErrorLabel("RetryableWriteError");
	}
	// The driver's other errors tell of its own connections: closed, cleared, timed out.
	return /Closed|Cleared|NotConnected|Timeout|Interrupted/.test(error.name);
}

/** True where a unique index refused a document, and nothing else went wrong. */
export function isDuplicate(error: unknown): boolean {
	if (error instanceof MongoBulkWriteError) {
		const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
		return errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
	}
	return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** What stopped a bulk write that the server did not answer; the driver makes it look like the server's answer. */
function unwrapped(error: MongoError): MongoError {
	const inner: unknown = error instanceof MongoBulkWriteError ? error.errorResponse : undefined;
	return inner instanceof MongoError ? inner : error;
}

/** What the server says, without all of the command but its name and collection: it may be a page long. */
function refusalOf(error: Error): string {
	return messageOf(error).replace(/(to execute command \{ \w+: [^,}]+), .*\}/s, "$1, ... }");
}

function mendOf(error: MongoServerError, database: string): string {
	const login = "in db-connection-info or TANGLES_MONGO_URI";
	if (error.code !== UNAUTHORIZED) return `check user, password and rights ${login}`;
	if (/requires authentication/i.test(error.message))
		return `the server asks for a login: give user and password ${login}`;
	return `grant the user readWrite on ${database}, in mongosh: db.grantRolesToUser(USER, [{ role: "readWrite", db: "${database}" }])`;
}

/** A driver's error as a Fault "unreachable" or "refused"; any other as it is. `server` is for people. */
export function asFault(thrown: unknown, server: string, database: string): unknown {
	if (isFault(thrown) || !(thrown instanceof MongoError)) return thrown;
	const error = unwrapped(thrown);
	const refused = [error, error.cause].find(
		(it): it is MongoServerError => it instanceof MongoServerError && REFUSED.has(Number(it.code)),
	);
	if (refused !== undefined) {
		const mend = mendOf(refused, database);
		return new Fault("refused", `${server} refuses: ${refusalOf(refused)}`, { mend, cause: error });
	}
	return isTransient(error) ? new Fault("unreachable", messageOf(error), { cause: error }) : error;
}
