import { Secret } from "../../base/secret.ts";
import type { MongoConfig } from "../../config/config.ts";
import { runExaminer } from "../../enumeration/verify/examiner/run.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoTangleReader } from "../../servers/mongo/tangle-reader.ts";

/** Where the tangles are, as it can go through a channel to another process; never on a command line. */
interface SharedSource {
	readonly address: string;
	readonly database: string;
	readonly uri: string;
	readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly revoked?: string };
	readonly patienceMs: number;
	readonly collection: string;
}

/** What an examiner needs to read the tangles. */
export function sharedSource(mongo: MongoConfig, collection: string, patienceMs: number): SharedSource {
	const { uri, address, database, tls } = mongo;
	if (tls === undefined) return { uri: uri.reveal(), address, database, patienceMs, collection };
	const { ca, cert, key, revoked } = tls;
	const secret = key?.reveal();
	const files = {
		...(ca && { ca }),
		...(cert && { cert }),
		...(secret && { key: secret }),
		...(revoked && { revoked }),
	};
	return { uri: uri.reveal(), address, database, patienceMs, collection, tls: files };
}

function configOf({ uri, address, database, tls }: SharedSource): MongoConfig {
	const login = { uri: new Secret(uri), address, database };
	if (tls === undefined) return login;
	const { ca, cert, key, revoked } = tls;
	return { ...login, tls: { ca, cert, key: key === undefined ? undefined : new Secret(key), revoked } };
}

/** The role of an examiner: reads and judges parts of the tangles for the run that started it. */
export function becomeExaminer(exit: () => void): void {
	runExaminer((source, log) => {
		const shared = source as SharedSource;
		return new MongoTangleReader(openMongo(configOf(shared), shared.patienceMs, log), shared.collection);
	}, exit);
}
