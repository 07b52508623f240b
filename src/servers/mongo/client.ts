import { MongoClient, type MongoClientOptions, ReadPreference, type ReadPreferenceMode, SeverityLevel } from "mongodb";
import type { MongoConfig } from "../../config/config.ts";
import { mongoOptionsOf, withOptions } from "../../config/values/mongo-uri.ts";
import type { FollowedPreference } from "../../config/values/mongo-uri-options.ts";

/**
 * What is read through a client:
 * - deciding: by the primary alone, also where the address says otherwise. For everything that decides, pages or is
 * written back.
 * - following: by the members that the address names. For what is only shown to people.
 */
export type ReadRole = "deciding" | "following";

/** Time to find a server that takes writes, and to connect. */
const SELECTION_MS = 5000;

const { OFF } = SeverityLevel;
/** The driver's own log goes to stdout or stderr where the environment says so (MONGODB_LOG_ALL and its like). */
const NO_LOG: MongoClientOptions = {
	mongodbLogPath: { write: async () => undefined },
	mongodbLogComponentSeverities: {
		...{ default: OFF, command: OFF, topology: OFF, serverSelection: OFF, connection: OFF, client: OFF },
	},
};

function preferenceOf(follow: FollowedPreference | undefined, reads: ReadRole): ReadPreference {
	if (follow === undefined || reads === "deciding") return ReadPreference.primary;
	const { mode, tags, maxStalenessSeconds } = follow;
	return new ReadPreference(
		mode as ReadPreferenceMode,
		tags.map((tag) => ({ ...tag })),
		maxStalenessSeconds === undefined ? undefined : { maxStalenessSeconds },
	);
}

/**
 * A client for the server of `config`; it connects later. Of the options in the address it is given those alone that
 * are honoured (`mongo-options.ts`). Throws what the driver throws where options do not fit each other.
 */
export function createClient(config: MongoConfig, reads: ReadRole): MongoClient {
	const uri = config.uri.reveal();
	const { honoured, follow } = mongoOptionsOf(uri);
	const { tls } = config;
	return new MongoClient(withOptions(uri, honoured), {
		...(honoured.has("appName") ? {} : { appName: "tangles" }),
		serverSelectionTimeoutMS: SELECTION_MS,
		connectTimeoutMS: SELECTION_MS,
		// Journaled: some servers lose what they acknowledged otherwise, when they are killed.
		writeConcern: { w: "majority", journal: true },
		readConcern: { level: "local" },
		readPreference: preferenceOf(follow, reads),
		ignoreUndefined: true,
		...NO_LOG,
		...(tls && {
			tls: true,
			...(tls.ca !== undefined && { ca: tls.ca }),
			...(tls.cert !== undefined && { cert: tls.cert }),
			...(tls.key !== undefined && { key: tls.key.reveal() }),
			...(tls.revoked !== undefined && { crl: tls.revoked }),
		}),
	});
}
