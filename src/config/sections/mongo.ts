import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { MongoConfig } from "../config.ts";
import { fromEnvironment } from "../environment.ts";
import type { ReaderContext } from "../reader-context.ts";
import { databaseName } from "../values/mongo-names.ts";
import { readMongoTls } from "../values/mongo-tls.ts";
import { MONGO_PORT, type MongoUri, readMongoUri } from "../values/mongo-uri.ts";
import { readPassword } from "../values/password.ts";
import { host, name, port, readBy, secretText, truth } from "../values/schemas.ts";
import { filePath } from "../values/secret-file.ts";
import { readTlsFiles, TLS_FILE_KEYS } from "../values/tls-files.ts";
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
	tls: truth,
	...TLS_FILE_KEYS,
};

/** The keys that a URI makes idle. */
const REPLACED = ["domain", "port", "user", "password", "password-file", "tls"] as const;

type MongoSection = Section<typeof SCHEMAS>;

/** An address, and where it is from. */
interface Given {
	readonly uri: MongoUri;
	readonly origin: string;
	readonly fault: (text: string) => void;
}

async function byUri(
	context: ReaderContext,
	section: MongoSection,
	{ uri, origin, fault }: Given,
): Promise<MongoConfig> {
	const given = section.get("database");
	if (given !== undefined && uri.database !== undefined && given !== uri.database) {
		context.log.warn("two databases are named; the key database counts, not the URI's path", {
			database: given,
			at: section.at("database"),
			from: origin,
		});
	}
	const fromUri = !section.has("database") && uri.database !== undefined;
	if (fromUri) {
		context.findings.origins.set(`${SECTION}.database`, origin);
		context.findings.values.set(`${SECTION}.database`, uri.database ?? "");
	}
	const database = fromUri ? uri.database : section.or("database", DATABASE);
	const tls = await readMongoTls(context, uri.text, await readTlsFiles(context, section), fault);
	return { uri: new Secret(uri.text), address: uri.address, database, ...(tls && { tls }) };
}

async function byKeys(context: ReaderContext, section: MongoSection): Promise<MongoConfig | undefined> {
	const domain = section.get("domain");
	if (!section.has("domain") && context.tree.whole) {
		section.fault([], `names no server; expected ${context.tree.ways.mongo}, or ${MONGO_VARIABLE}=mongodb://HOST`);
	}
	const user = section.get("user");
	const password = await readPassword(context, section);
	const hasPassword = section.has("password") || section.has("password-file");
	if (section.has("user") && !hasPassword)
		section.fault(["user"], "has no password beside it; expected both or neither");
	if (hasPassword && !section.has("user")) {
		const key = section.has("password") ? "password" : "password-file";
		section.fault([key], "has no user beside it; expected both or neither");
	}
	const place = { port: section.or("port", MONGO_PORT), database: section.or("database", DATABASE) };
	if (domain === undefined) return undefined;
	const address = `${domain.includes(":") ? `[${domain}]` : domain}:${place.port}`;
	const login =
		user === undefined || password === undefined
			? undefined
			: `${encodeURIComponent(user)}:${encodeURIComponent(password.reveal())}@`;
	const files = await readTlsFiles(context, section);
	const encrypted = section.or("tls", files !== undefined);
	if (files !== undefined && !encrypted) {
		section.fault(["tls"], "is false, and files for TLS are named; expected true, or none of them (found false)");
	}
	const options = [...(login === undefined ? [] : [LOGIN_OPTIONS]), ...(encrypted ? ["tls=true"] : [])].join("&");
	const uri = `mongodb://${login ?? ""}${address}/${options === "" ? "" : `?${options}`}`;
	return {
		...{ uri: new Secret(uri), address, database: place.database },
		...(files && { tls: { ...files, revoked: undefined } }),
	};
}

/** The MongoDB server: from the environment, else the key `uri`, else built from the single keys. */
export async function readMongo(context: ReaderContext): Promise<MongoConfig | undefined> {
	const section = new Section(context, [SECTION], SCHEMAS);
	const variable = fromEnvironment(context, MONGO_VARIABLE, mongoUri, `${SECTION}.uri`);
	if (variable !== undefined) {
		if (variable.value === undefined) return undefined;
		const fault = (text: string) => context.findings.inEnvironment(MONGO_VARIABLE, text);
		return await byUri(context, section, { uri: variable.value, origin: `environment ${MONGO_VARIABLE}`, fault });
	}
	if (section.has("uri")) {
		const uri = section.get("uri");
		for (const key of REPLACED.filter((key) => section.has(key))) {
			context.log.warn("key is not used: uri replaces it", { key: `${SECTION}.${key}`, at: section.at(key) });
		}
		const fault = (text: string) => section.fault(["uri"], text);
		return uri === undefined ? undefined : await byUri(context, section, { uri, origin: section.at("uri"), fault });
	}
	return section.present ? await byKeys(context, section) : undefined;
}

export { SCHEMAS as MONGO_KEYS };
