import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { ZookeeperConfig } from "../config.ts";
import { fromEnvironment } from "../environment.ts";
import type { ReaderContext } from "../reader-context.ts";
import { foundPath } from "../values/describe-value.ts";
import { duration, readBy } from "../values/schemas.ts";
import { filePath, readSecretFile } from "../values/secret-file.ts";
import { readTls, TLS_KEYS } from "../values/tls-files.ts";
import { Wrong } from "../values/wrong.ts";
import { readZookeeperConnect } from "../values/zookeeper-connect.ts";
import { Section } from "./section.ts";

export const ZOOKEEPER_VARIABLE = "TANGLES_ZOOKEEPER";
const SECTION = "zookeeper-connection-info";
const SESSION_TIMEOUT_MS = 15_000;

const connectString = readBy(readZookeeperConnect);

export const ZOOKEEPER_KEYS = {
	connect: connectString,
	"session-timeout": duration,
	"lock-layout": v.picklist(["both", "flat", "v2"], "is not a lock layout; expected both, flat or v2"),
	"auth-file": filePath,
	...TLS_KEYS,
};

type ZookeeperSection = Section<typeof ZOOKEEPER_KEYS>;

/** Schemes by which ZooKeeper knows who asks; a login file may begin with one, as zkCli's addauth does. */
const SCHEME = /^(sasl|digest|x509|kerberos|gssapi|super|ip|world|auth)(?:\s+\S|:[^:]+:.)/i;
const LOGIN = "expected user:password alone, for the scheme digest";

/** What is wrong with the text of a login file; undefined where it is `user:password`. */
function wrongLogin(text: string): string | undefined {
	const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
	if (scheme === "digest") return `the file names the scheme beside the login; ${LOGIN}`;
	if (scheme !== undefined) {
		const certificate = scheme === "x509" ? " (a certificate logs in by tls-cert-file and tls-key-file)" : "";
		return `the file asks for the scheme ${scheme}, which is not supported; ${LOGIN}${certificate}`;
	}
	return /^[^:]+:./.test(text) ? undefined : "the file holds no login; expected user:password";
}

async function readAuth(context: ReaderContext, section: ZookeeperSection): Promise<Secret | undefined> {
	const path = section.get("auth-file");
	if (path === undefined) return undefined;
	const read = await readSecretFile(context, path);
	const wrong = read instanceof Wrong ? read.text : wrongLogin(read);
	if (wrong === undefined) return new Secret(String(read));
	section.fault(["auth-file"], `${wrong} (found ${foundPath(path)})`);
	return undefined;
}

/** The ZooKeeper servers: the environment's, else the file's. The other keys are the file's in either case. */
export async function readZookeeper(context: ReaderContext): Promise<ZookeeperConfig | undefined> {
	const section = new Section(context, [SECTION], ZOOKEEPER_KEYS);
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
		tls: await readTls(context, section),
	};
	return connect === undefined ? undefined : { connect, ...rest };
}
