import { MongoBulkWriteError, MongoError, MongoServerError } from "mongodb";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { tlsFaultOf } from "../tls/faults.ts";
import { meaningOf } from "./error-classes.ts";
import { MONGO_TLS } from "./tls-words.ts";

const UNAUTHORIZED = 13;
/** Codes that mean "login or rights": the last are AuthenticationFailed, and what a hosted server says instead. */
const REFUSED = new Set([UNAUTHORIZED, 18, 8000]);
/**
 * Codes after which another try makes sense: the server steps down, starts, stops, or ran out of time; or it has ended the
 * cursor of a long pass (43 CursorNotFound, after ten minutes in which its reader stood still; 175, 237), which is
 * opened again behind what came.
 * https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md#determining-retryable-errors
 */
const TRANSIENT = new Set([6, 7, 43, 50, 64, 89, 91, 134, 175, 189, 237, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const DUPLICATE_KEY = 11000;
/** DocumentValidationFailure, BSONObjectTooLarge, and what older servers call the second. */
const DOCUMENT = new Set([121, 10334, 17419, 17420]);
/** CommandNotFound, CommandNotSupported, and what some servers say instead: NotImplemented. */
const UNKNOWN_COMMAND = new Set([59, 115, 238]);

const NAME_LOOKUP = /^(?:query|getaddrinfo)/;
const NO_SUCH_NAME = new Set(["ENOTFOUND", "ENODATA"]);

function isTransient(error: MongoServerError): boolean {
	return TRANSIENT.has(Number(error.code)) || error.hasErrorLabel("RetryableWriteError");
}

/** True where a unique index refused a document, and nothing else went wrong. */
export function isDuplicate(thrown: unknown): boolean {
	const error = isFault(thrown) ? thrown.cause : thrown;
	if (error instanceof MongoBulkWriteError) {
		const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
		return errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
	}
	return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** What stopped a bulk write that the server did not answer; the driver reports it like the server's answer. */
function unwrapped(error: Error): Error {
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

/**
 * A Fault "unreachable" for a name that could not be resolved: by an error of the name service, here or among the
 * causes.
 */
export function lookupFault(error: Error): Fault | undefined {
	for (let at: unknown = error; at instanceof Error; at = at.cause) {
		const { code, syscall, hostname } = at as NodeJS.ErrnoException & { hostname?: string };
		if (code === undefined || syscall === undefined || !NAME_LOOKUP.test(syscall)) continue;
		const name = hostname ?? "the host";
		const what = NO_SUCH_NAME.has(code) ? `DNS does not know ${name}` : `DNS gave no answer for ${name}`;
		return new Fault("unreachable", `${what} (${syscall} ${code})`, {
			hint: "see that the name in db-connection-info or TANGLES_MONGO_URI is right, and that this host's DNS answers",
			cause: error,
		});
	}
	return undefined;
}

function answerFault(error: MongoServerError, server: string): Fault {
	const code = Number(error.code);
	if (isTransient(error)) return new Fault("unreachable", messageOf(error), { cause: error });
	const words = `${server} answers: ${refusalOf(error)}${Number.isNaN(code) ? "" : ` (code ${code})`}`;
	if (DOCUMENT.has(code)) {
		return new Fault("data", words, {
			hint: "see the collection's validator, and the size of the document",
			cause: error,
		});
	}
	if (UNKNOWN_COMMAND.has(code)) {
		const hint =
			"the server lacks a command that tangles needs: expected MongoDB 4.4 or newer, or one compatible with it";
		return new Fault("config", words, { hint, cause: error });
	}
	return new Fault("failed", words, { hint: "see the server's log; start again once the cause is gone", cause: error });
}

/**
 * Whatever a call of the driver throws, as a Fault: "refused" for login and rights, "unreachable" where another try may
 * help, "config" for what a person wrote, "data" for a document, "failed" for the rest. An error that is not the
 * driver's, the network's or the name service's is given back as it is: a bug of ours. `server` is for people.
 */
export function asFault(thrown: unknown, server: string, database: string): unknown {
	if (isFault(thrown) || !(thrown instanceof Error)) return thrown;
	const error = unwrapped(thrown);
	const refused = [error, error.cause].find(
		(it): it is MongoServerError => it instanceof MongoServerError && REFUSED.has(Number(it.code)),
	);
	if (refused !== undefined) {
		const hint = mendOf(refused, database);
		return new Fault("refused", `${server} refuses: ${refusalOf(refused)}`, { hint, cause: error });
	}
	const lookup = lookupFault(error);
	if (lookup !== undefined) return lookup;
	const tls = tlsFaultOf(error, MONGO_TLS);
	if (tls !== undefined) {
		const text = `${server}: TLS: ${tls.text} (${messageOf(error)})`;
		return new Fault("config", text, { hint: tls.hint, cause: error });
	}
	const words = `${server}: ${messageOf(error)}`;
	switch (meaningOf(error)) {
		case "answer":
			return answerFault(error as MongoServerError, server);
		case "outage":
			return new Fault("unreachable", messageOf(error), { cause: error });
		case "written": {
			const hint = "see the address in db-connection-info or TANGLES_MONGO_URI";
			return new Fault("config", words, { hint, cause: error });
		}
		case "unfit": {
			const hint = "expected MongoDB 4.4 or newer, or a server compatible with it; see loadBalanced in the address too";
			return new Fault("config", words, { hint, cause: error });
		}
		case "document":
			return new Fault("data", words, {
				hint: "a document of the database is damaged: repair or remove it",
				cause: error,
			});
		case "driver": {
			const text = `${server}: the driver failed: ${error.name}: ${messageOf(error)}`;
			return new Fault("failed", text, {
				hint: "start again; if the error comes back, report this line",
				cause: error,
			});
		}
		default:
			return thrown;
	}
}
