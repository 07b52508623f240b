import { readHosts } from "./hosts.ts";
import { wrongDatabase } from "./mongo-names.ts";
import { readMongoOptions } from "./mongo-uri-options.ts";
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

const SHAPE = /^(mongodb|mongodb\+srv):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^/?#]*))?(?:\?([^#]*))?$/s;

function wrongLogin(login: string): string | undefined {
	const [user = "", password, ...more] = login.split(":");
	if (user === "") return "has a login without a user; expected USER:PASSWORD@HOST";
	if (more.length > 0 || login.includes("@") || decoded(user) === undefined || decoded(password ?? "") === undefined) {
		return "has a login that is not percent-encoded; expected %40 for @, %3A for :, %2F for /, %25 for %";
	}
	return undefined;
}

/**
 * Takes `mongodb://[user:password@]host[:port][,...][/database][?options]` or `mongodb+srv://` apart, or says what is
 * wrong.
 */
export function readMongoUri(text: string): MongoUri | Wrong {
	const whole = text.trim();
	if (!/^mongodb(?:\+srv)?:\/\//.test(whole))
		return new Wrong("is not a MongoDB address; expected mongodb://HOST or mongodb+srv://HOST");
	const [, scheme, login, hosts = "", path = "", options = ""] = SHAPE.exec(whole) ?? [];
	if (scheme === undefined) {
		return new Wrong(
			"is not well formed; expected mongodb://USER:PASSWORD@HOST:PORT/DATABASE, the login percent-encoded",
		);
	}
	const wrong = login === undefined ? undefined : wrongLogin(login);
	if (wrong !== undefined) return new Wrong(wrong);
	const addresses = readHosts(hosts, MONGO_PORT, "mongodb://HOST:PORT[,HOST:PORT]");
	if (addresses instanceof Wrong) return addresses;
	const srv = scheme === "mongodb+srv";
	if (srv && (addresses.length > 1 || hosts.includes(":"))) {
		return new Wrong("has several hosts or a port; expected one name alone with mongodb+srv://");
	}
	const database = decoded(path);
	if (database === undefined) return new Wrong("has a database that is not percent-encoded; expected a database name");
	const badDatabase = wrongDatabase(database);
	if (badDatabase !== undefined) return new Wrong(`has a database in its path that ${badDatabase}`);
	const read = readMongoOptions(options);
	if (read instanceof Wrong) return read;
	return { text: whole, address: srv ? hosts : addresses.join(","), database: database === "" ? undefined : database };
}
