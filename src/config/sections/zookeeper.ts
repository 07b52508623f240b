import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { ZookeeperConfig } from "../config.ts";
import { fromEnvironment } from "../environment.ts";
import type { ReaderContext } from "../reader-context.ts";
import { foundPath } from "../values/describe-value.ts";
import { duration, readBy, truth } from "../values/schemas.ts";
import { filePath, readSecretFile } from "../values/secret-file.ts";
import { TLS_FILE_KEYS } from "../values/tls-files.ts";
import { Wrong } from "../values/wrong.ts";
import { readZookeeperConnect } from "../values/zookeeper-connect.ts";
import { Section } from "./section.ts";

export const ZOOKEEPER_VARIABLE = "TANGLES_ZOOKEEPER";
const SECTION = "zookeeper-connection-info";
const SESSION_TIMEOUT_MS = 15_000;

const TLS_FILES = Object.keys(TLS_FILE_KEYS) as (keyof typeof TLS_FILE_KEYS)[];

const connectString = readBy(readZookeeperConnect);

export const ZOOKEEPER_KEYS = {
	connect: connectString,
	"session-timeout": duration,
	"lock-layout": v.picklist(["both", "flat", "v2"], "is not a lock layout; expected both, flat or v2"),
	"auth-file": filePath,
	tls: truth,
	...TLS_FILE_KEYS,
};

async function readAuth(context: ReaderContext, section: Section<typeof ZOOKEEPER_KEYS>): Promise<Secret | undefined> {
	const path = section.get("auth-file");
	if (path === undefined) return undefined;
	const read = await readSecretFile(context, path);
	if (!(read instanceof Wrong) && /^[^:]+:./.test(read)) return new Secret(read);
	const wrong = read instanceof Wrong ? read.text : "the file holds no login; expected user:password";
	section.fault(["auth-file"], `${wrong} (found ${foundPath(path)})`);
	return undefined;
}

/**
 * ZooKeeper is not spoken to by TLS yet. A config that asks for TLS must not get a connection without it: the login
 * would go out readably.
 */
function refuseTls(section: Section<typeof ZOOKEEPER_KEYS>): void {
	const files = TLS_FILES.filter((key) => section.has(key));
	for (const key of section.get("tls") === true ? ["tls", ...files] : files) {
		section.fault([key], "TLS to ZooKeeper is not supported yet; expected no such key, and a network that is trusted");
	}
}

/** The ZooKeeper servers: the environment's, else the file's. The other keys are the file's in either case. */
export async function readZookeeper(context: ReaderContext): Promise<ZookeeperConfig | undefined> {
	const section = new Section(context, [SECTION], ZOOKEEPER_KEYS);
	refuseTls(section);
	const variable = fromEnvironment(context, ZOOKEEPER_VARIABLE, connectString, `${SECTION}.connect`);
	if (variable === undefined && !section.present) return undefined;
	if (variable === undefined && !section.has("connect") && context.tree.whole) {
		section.fault([], `names no server; expected ${context.tree.ways.zookeeper}, or ${ZOOKEEPER_VARIABLE}=HOST:2181`);
	}
	const connect = variable === undefined ? section.get("connect") : variable.value;
	const rest = {
		sessionTimeoutMs: section.or("session-timeout", SESSION_TIMEOUT_MS),
		lockLayout: section.or("lock-layout", "both"),
		auth: await readAuth(context, section),
	};
	return connect === undefined ? undefined : { connect, ...rest };
}
