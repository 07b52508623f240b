import type { ConnectionString } from "mongodb-connection-string-url";
import { readHosts } from "./hosts.ts";
import { wrongDatabase } from "./mongo-names.ts";
import { type MongoUriOptions, readMongoOptions } from "./mongo-uri-options.ts";
import { decoded } from "./percent.ts";
import { Wrong } from "./wrong.ts";

/** What a MongoDB connection string says, as far as it matters here; the driver reads it again by itself. */
export interface MongoUri {
	readonly text: string;
	/** Hosts with their ports, or an SRV name; never the login. */
	readonly address: string;
	readonly database: string | undefined;
}

export const MONGO_PORT = 27017;

const HOSTS = "mongodb://HOST:PORT[,HOST:PORT]";
const NO_HOST = `names no host, or one that is not well formed; expected ${HOSTS}`;
const NOT_ENCODED = "has a login that is not percent-encoded; expected %40 for @, %3A for :, %2F for /, %25 for %";
const NOT_WELL_FORMED =
	"is not well formed; expected mongodb://USER:PASSWORD@HOST:PORT/DATABASE, the login percent-encoded";

/** The parser takes a backslash behind a dot for a slash, and leaves both out. */
const BACKSLASH_IN_PATH = /^[^/]*\/\/[^/?]*\/[^?#]*\\/;

/** What is wrong, by the parser's words, which are not shown: they may quote the login. The first that fits counts. */
const REASONS: readonly (readonly [RegExp, string])[] = [
	[/host list are required/, NO_HOST],
	[/empty userinfo/, "has a login without a user; expected USER:PASSWORD@HOST"],
	[/unescaped characters|^URI /, NOT_ENCODED],
	[/multiple service names|port number/, "has several hosts or a port; expected one name alone with mongodb+srv://"],
];

/**
 * The address as the driver's own parser takes it apart. Throws that parser's error where it cannot. The parser is
 * loaded at the first address: it costs a verb without MongoDB more than the rest of its start.
 */
function parsed(text: string): ConnectionString {
	const parser: typeof import("mongodb-connection-string-url") = require("mongodb-connection-string-url");
	return new parser.ConnectionString(text);
}

function reasonOf(text: string, error: unknown): string {
	if (/@[^/?#]*@/.test(text)) return NOT_ENCODED;
	const said = error instanceof Error ? error.message : "";
	const [, reason] = REASONS.find(([words]) => words.test(said)) ?? [];
	if (reason !== undefined) return reason;
	if (/(?:\/\/|@):/.test(text)) return NO_HOST;
	return text.includes("@") ? NOT_ENCODED : NOT_WELL_FORMED;
}

/**
 * Takes `mongodb://[user:password@]host[:port][,...][/database][?options]` or `mongodb+srv://` apart, or says what is
 * wrong.
 */
export function readMongoUri(text: string): MongoUri | Wrong {
	const whole = text.trim();
	if (!/^mongodb(?:\+srv)?:\/\//.test(whole))
		return new Wrong("is not a MongoDB address; expected mongodb://HOST or mongodb+srv://HOST");
	// The parser would pass over a line end and all that follows it.
	if (/[\p{Cc}\u2028\u2029]/u.test(whole))
		return new Wrong("holds a line end or a control character; expected neither");
	let uri: ConnectionString;
	try {
		uri = parsed(whole);
	} catch (error) {
		return new Wrong(reasonOf(whole, error));
	}
	if (uri.hash !== "") return new Wrong(NOT_WELL_FORMED);
	const addresses = readHosts(uri.hosts.join(","), MONGO_PORT, HOSTS);
	if (addresses instanceof Wrong) return addresses;
	const database = decoded(uri.pathname.slice(1));
	if (database === undefined) return new Wrong("has a database that is not percent-encoded; expected a database name");
	const badDatabase = wrongDatabase(BACKSLASH_IN_PATH.test(whole) ? "\\" : database);
	if (badDatabase !== undefined) return new Wrong(`has a database in its path that ${badDatabase}`);
	const read = readMongoOptions(uri.searchParams);
	if (read instanceof Wrong) return read;
	const address = (uri.isSRV ? uri.hosts : addresses).join(",");
	return { text: whole, address, database: database === "" ? undefined : database };
}

/** The options of an address that `readMongoUri` has read. */
export function mongoOptionsOf(uri: string): MongoUriOptions {
	const options = readMongoOptions(parsed(uri).searchParams);
	if (options instanceof Wrong) throw new Error(`an address that was not read: ${options.text}`);
	return options;
}

/** A shorter password is left out with its user's name alone: it may be part of any word. */
const LEAST_SECRET = 4;

/** A text that may quote the address or parts of it, with `***` in place of the login. */
export function hideLogin(text: string, uri: string): string {
	const { username, password } = parsed(uri);
	if (username === "") return text;
	const login = password === "" ? username : `${username}:${password}`;
	const alone = [password, decodeURIComponent(password)].filter(({ length }) => length >= LEAST_SECRET);
	return [login, decodeURIComponent(login), ...alone].reduce((all, part) => all.replaceAll(part, "***"), text);
}

/** The address with these options in place of its own. */
export function withOptions(uri: string, options: ReadonlyMap<string, string>): string {
	const other = parsed(uri);
	other.search = new URLSearchParams([...options]).toString();
	return other.toString();
}
