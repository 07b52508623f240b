import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { MongoConfig } from "../config.ts";
import { fromEnvironment } from "../environment.ts";
import type { Reading } from "../reading.ts";
import { host, name, port, readBy, secretText } from "../values/checks.ts";
import { databaseName } from "../values/mongo-names.ts";
import { MONGO_PORT, type MongoUri, readMongoUri } from "../values/mongo-uri.ts";
import { readPassword } from "../values/password.ts";
import { filePath } from "../values/secret-file.ts";
import { Section } from "./section.ts";

export const MONGO_VARIABLE = "TANGLES_MONGO_URI";
const SECTION = "db-connection-info";
const DATABASE = "tanglenomicon";
const LOGIN_OPTIONS = "authSource=admin&retryWrites=true&w=majority";

const mongoUri = v.pipe(readBy(readMongoUri), v.metadata({ secret: true }));

const SCHEMAS = {
	uri: mongoUri,
	domain: host,
	port,
	user: v.pipe(name, v.metadata({ asWritten: true })),
	password: secretText,
	"password-file": filePath,
	database: databaseName,
};

/** The keys that a URI makes idle. */
const REPLACED = ["domain", "port", "user", "password", "password-file"] as const;

type MongoSection = Section<typeof SCHEMAS>;

function byUri(reading: Reading, section: MongoSection, uri: MongoUri, origin: string): MongoConfig {
	const given = section.get("database");
	if (given !== undefined && uri.database !== undefined && given !== uri.database) {
		reading.log.warn("two databases are named; the key database counts, not the URI's path", {
			database: given,
			at: section.at("database"),
			from: origin,
		});
	}
	const fromUri = !section.has("database") && uri.database !== undefined;
	if (fromUri) reading.findings.origins.set(`${SECTION}.database`, origin);
	const database = fromUri ? uri.database : section.or("database", DATABASE);
	return { uri: new Secret(uri.text), address: uri.address, database };
}

async function byKeys(reading: Reading, section: MongoSection): Promise<MongoConfig | undefined> {
	const domain = section.get("domain");
	if (!section.has("domain") && reading.tree.whole) {
		section.fault([], `names no server; legal is ${reading.tree.ways.mongo}, or ${MONGO_VARIABLE}=mongodb://HOST`);
	}
	const user = section.get("user");
	const password = await readPassword(reading, section);
	const hasPassword = section.has("password") || section.has("password-file");
	if (section.has("user") && !hasPassword)
		section.fault(["user"], "has no password beside it; legal is both or neither");
	if (hasPassword && !section.has("user")) {
		const key = section.has("password") ? "password" : "password-file";
		section.fault([key], "has no user beside it; legal is both or neither");
	}
	const place = { port: section.or("port", MONGO_PORT), database: section.or("database", DATABASE) };
	if (domain === undefined) return undefined;
	const address = `${domain.includes(":") ? `[${domain}]` : domain}:${place.port}`;
	const login =
		user === undefined || password === undefined
			? undefined
			: `${encodeURIComponent(user)}:${encodeURIComponent(password.reveal())}@`;
	const uri = login === undefined ? `mongodb://${address}/` : `mongodb://${login}${address}/?${LOGIN_OPTIONS}`;
	return { uri: new Secret(uri), address, database: place.database };
}

/** The MongoDB server: from the environment, else the key `uri`, else built from the single keys. */
export async function readMongo(reading: Reading): Promise<MongoConfig | undefined> {
	const section = new Section(reading, [SECTION], SCHEMAS);
	const variable = fromEnvironment(reading, MONGO_VARIABLE, mongoUri, `${SECTION}.uri`);
	if (variable !== undefined) {
		if (variable.value === undefined) return undefined;
		return byUri(reading, section, variable.value, `environment ${MONGO_VARIABLE}`);
	}
	if (section.has("uri")) {
		const uri = section.get("uri");
		for (const key of REPLACED.filter((key) => section.has(key))) {
			reading.log.warn("key is not used: uri replaces it", { key: `${SECTION}.${key}`, at: section.at(key) });
		}
		return uri === undefined ? undefined : byUri(reading, section, uri, section.at("uri"));
	}
	return section.present ? await byKeys(reading, section) : undefined;
}

export { SCHEMAS as MONGO_KEYS };
