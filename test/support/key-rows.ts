import type { Config } from "../../src/config/config.ts";

/** What one key of a YAML file gives. */
export interface KeyRow {
	/** The value in the config that the key sets. */
	readonly read: (config: Config) => unknown;
	/** That value where the key is absent, blank or null. */
	readonly unset: unknown;
	/** A value of a wrong type, as YAML, and what the fault says of it. */
	readonly wrong: string;
	readonly says: string;
}

const row = (read: KeyRow["read"], unset: unknown, wrong: string, says: string): KeyRow => ({
	...{ read, unset, wrong, says },
});

const TEXT = "is not text; expected text (quote it if it looks like a number or a boolean)";
const TRUTH = "is not a truth value; expected true or false";
const TIME = "is not a time; expected a number with a unit, such as 500ms, 15s or 1h";
const LIST = "is not a list; expected a list of names, such as [first, second]";
const number = (legal: string) => `is not a number; expected a whole number, ${legal}`;
const COUNT = number("1 to 2147483647");
const NOT_WHOLE = "is not a whole number; expected a whole number, 1 to 2147483647";

const file = (read: KeyRow["read"]) => row(read, undefined, "[a]", TEXT);
const component = (config: Config) => config.components.get("c");

/** A row for each key that is declared (`src/config/keys.ts`), by section and key. */
export const KEY_ROWS: Readonly<Record<string, KeyRow>> = {
	"faktory-connection-info.domain": row((c) => c.faktory?.host, undefined, "5", TEXT),
	"faktory-connection-info.port": row((c) => c.faktory?.port, 7419, '"7419"', number("1 to 65535")),
	"faktory-connection-info.password": row((c) => c.faktory?.password, undefined, "[a]", TEXT),
	"faktory-connection-info.password-file": file((c) => c.faktory?.password),
	"faktory-connection-info.tls": row((c) => c.faktory?.tls, undefined, "yes", TRUTH),
	"faktory-connection-info.tls-ca-file": file((c) => c.faktory?.tls?.ca),
	"faktory-connection-info.tls-cert-file": file((c) => c.faktory?.tls?.cert),
	"faktory-connection-info.tls-key-file": file((c) => c.faktory?.tls?.key),
	"faktory-connection-info.queue": row((c) => c.faktory?.queue, "arborescent", "5", TEXT),
	"db-connection-info.uri": row((c) => c.mongo?.uri.reveal(), "mongodb://h:27017/", "5", TEXT),
	"db-connection-info.domain": row((c) => c.mongo?.address, undefined, "5", TEXT),
	"db-connection-info.port": row((c) => c.mongo?.address, "h:27017", '"1"', number("1 to 65535")),
	"db-connection-info.user": row((c) => c.mongo?.uri.reveal(), "mongodb://h:27017/", "[a]", TEXT),
	"db-connection-info.password": row((c) => c.mongo?.uri.reveal(), "mongodb://h:27017/", "[a]", TEXT),
	"db-connection-info.password-file": file((c) =>
		c.mongo?.uri.reveal().includes("@") === true ? "a login" : undefined,
	),
	"db-connection-info.database": row((c) => c.mongo?.database, "tanglenomicon", "5", TEXT),
	"db-connection-info.tls": row((c) => c.mongo?.uri.reveal(), "mongodb://h:27017/", "yes", TRUTH),
	"db-connection-info.tls-ca-file": file((c) => c.mongo?.tls?.ca),
	"db-connection-info.tls-cert-file": file((c) => c.mongo?.tls?.cert),
	"db-connection-info.tls-key-file": file((c) => c.mongo?.tls?.key),
	"ping.url": row((c) => c.ping?.reveal(), undefined, "5", TEXT),
	"tangle-collections.stencil_col_name": row((c) => c.tangles.stencilCollection, "arborescent_stencils", "5", TEXT),
	"tangle-collections.col_name": row((c) => c.tangles.tangleCollection, "arborescent_tangles", "[a]", TEXT),
	"tangle-collections.page_size": row((c) => c.tangles.pageSize, 500, '"5"', COUNT),
	"zookeeper-connection-info.connect": row((c) => c.zookeeper?.connect, undefined, "5", TEXT),
	"zookeeper-connection-info.session-timeout": row((c) => c.zookeeper?.sessionTimeoutMs, 15_000, "[5s]", TIME),
	"zookeeper-connection-info.lock-layout": row(
		(c) => c.zookeeper?.lockLayout,
		"both",
		"5",
		"is not a lock layout; expected both, flat or v2",
	),
	"zookeeper-connection-info.auth-file": file((c) => c.zookeeper?.auth),
	"zookeeper-connection-info.tls": row((c) => c.zookeeper?.tls, undefined, "yes", TRUTH),
	"zookeeper-connection-info.tls-ca-file": file((c) => c.zookeeper?.tls?.ca),
	"zookeeper-connection-info.tls-cert-file": file((c) => c.zookeeper?.tls?.cert),
	"zookeeper-connection-info.tls-key-file": file((c) => c.zookeeper?.tls?.key),
	"producer.headroom": row((c) => c.producer.headroom, 100_000, "many", number("1 or more")),
	"producer.poll": row((c) => c.producer.pollMs, 3000, "[3s]", TIME),
	"producer.window": row((c) => c.producer.window, 8, '"8"', number("1 to 64")),
	"producer.chunk": row((c) => c.producer.chunk, 1000, "{a: 5}", number("1 to 5000")),
	"producer.patience": row((c) => c.producer.patienceMs, 60_000, "true", TIME),
	"batches.stop-event": row((c) => c.batches.stopEvent, "Manually_stopped", "5", TEXT),
	"batches.col_name": row((c) => c.batches.collection, "batches", "5", TEXT),
	"components.c.past": row((c) => component(c)?.past, [], "a", LIST),
	"components.c.future": row((c) => component(c)?.future, [], "a", LIST),
	"components.c.old": row((c) => component(c)?.old, [], "5", LIST),
	"components.c.types": row((c) => component(c)?.types, [], "{a: b}", LIST),
	"components.c.event": row((c) => component(c)?.event, undefined, "5", TEXT),
	"components.c.version": row((c) => component(c)?.version, "1.0", "[1]", TEXT),
	"components.c.max-threads": row((c) => component(c)?.maxThreads, 1, '"1"', COUNT),
	"components.c.queue-length": row((c) => component(c)?.queueLength, 1, "all", COUNT),
	"components.c.simultaneous-processes": row((c) => component(c)?.maxThreads, 1, '"3"', COUNT),
	"components.c.simultaneousProcesses": row((c) => component(c)?.queueLength, 1, "0.5", NOT_WHOLE),
	"components.c.max-run": row((c) => component(c)?.maxRunMs, undefined, "60", "has no unit; write 60s"),
	"components.c.max-runtime": row((c) => component(c)?.maxRuntimeMs, 3_600_000, "true", TIME),
	"components.c.threads-per-batch": row((c) => component(c)?.threadsPerBatch, 1, "[1]", COUNT),
	"components.c.max-results": row((c) => component(c)?.maxResults, 1000, '"5"', number("0 to 2147483647")),
	"components.c.page-size": row((c) => component(c)?.pageSize, 100, '"5"', COUNT),
	"components.c.command": row(
		(c) => component(c)?.command,
		undefined,
		"prog",
		"is not a list; expected a program and its arguments, such as [prog, arg]",
	),
};

/** What one property gives: a value it takes and what that becomes, and a value it does not take and the fault. */
export interface PropertyRow {
	readonly read: (config: Config) => unknown;
	readonly unset: unknown;
	/** Absent where no value is taken. */
	readonly taken?: readonly [text: string, becomes: unknown];
	/** Absent where every text is taken. */
	readonly wrong?: readonly [text: string, says: string];
}

const any = (config: Config) => config.components.get("*");
const counted = (read: PropertyRow["read"]): PropertyRow => ({
	...{ read, unset: undefined, taken: ["3", 3], wrong: ["three", "is not a whole number; expected digits only"] },
});
const listed = (read: PropertyRow["read"]): PropertyRow => ({
	...{ read, unset: undefined, taken: [" Æ b.c , d:e,", ["Æ b.c", "d:e"]], wrong: ["a\\u0001", "control character"] },
});

const propertyFile = (read: PropertyRow["read"]): PropertyRow => ({
	...{ read, unset: undefined, wrong: ["no-such-file", "the file does not exist"] },
});

/** A row for each property that is declared (`src/config/formats/property-keys.ts`). */
export const PROPERTY_ROWS: Readonly<Record<string, PropertyRow>> = {
	"autonomous.lockserver.url": {
		read: (c) => c.zookeeper?.connect,
		unset: undefined,
		taken: ["zk", "zk:2181"],
		wrong: ["zk:x", "names no host"],
	},
	"autonomous.pastSuccessfulEvents": listed((c) => any(c)?.past),
	"autonomous.pastFailedEvents": {
		read: () => undefined,
		unset: undefined,
		wrong: ["A", "only events that succeeded"],
	},
	"autonomous.futureEvents": listed((c) => any(c)?.future),
	"autonomous.oldEvents": listed((c) => any(c)?.old),
	"autonomous.itemTypes": listed((c) => any(c)?.types),
	"autonomous.eventID": {
		read: (c) => any(c)?.event,
		unset: undefined,
		taken: ["A b", "A b"],
		wrong: ["a\\u0001", "control character"],
	},
	"autonomous.sboi.pageSize": counted((c) => any(c)?.pageSize),
	"autonomous.maxThreads": counted((c) => any(c)?.maxThreads),
	"autonomous.workQueueSize": counted((c) => any(c)?.queueLength),
	"autonomous.simultaneousProcesses": counted((c) => any(c)?.maxThreads),
	simultaneousProcesses: counted((c) => any(c)?.queueLength),
	"autonomous.maxRuntimeForWorkers": {
		read: (c) => any(c)?.maxRunMs,
		unset: undefined,
		taken: ["60000", 60_000],
		wrong: ["1h", "is not a time; expected a whole number of milliseconds, 1 or more"],
	},
	"autonomous.component.threadsPerBatch": counted((c) => any(c)?.threadsPerBatch),
	"autonomous.component.maxResults": counted((c) => any(c)?.maxResults),
	"autonomous.component.version": {
		read: (c) => any(c)?.version,
		unset: undefined,
		taken: ["2.10", "2.10"],
		wrong: ["a\\u0001", "control character"],
	},
	"autonomous.component.event": {
		read: (c) => any(c)?.event,
		unset: undefined,
		taken: ["A", "A"],
		wrong: ["a\\u0001", "control character"],
	},
	"autonomous.component.command": {
		read: (c) => any(c)?.command,
		unset: undefined,
		taken: ['a "b c"', ["a", "b c"]],
		wrong: ['a "b', "double quote that is not closed"],
	},
	"tangles.batches.stopEvent": {
		read: (c) => c.batches.stopEvent,
		unset: "Manually_stopped",
		taken: ["Æ stopped.by:hand", "Æ stopped.by:hand"],
		wrong: ["a\\u0001", "control character"],
	},
	"tangles.mongo.uri": {
		read: (c) => c.mongo?.address,
		unset: undefined,
		taken: ["mongodb://h", "h:27017"],
		wrong: ["h", "is not a MongoDB address"],
	},
	"tangles.mongo.database": {
		read: (c) => c.mongo?.database,
		unset: undefined,
		wrong: ["a b", "holds one of"],
	},
	"tangles.zookeeper.authFile": propertyFile((c) => c.zookeeper?.auth),
	"tangles.zookeeper.tls": {
		read: (c) => c.zookeeper?.tls,
		unset: undefined,
		wrong: ["yes", "is not a truth value; expected true or false"],
	},
	"tangles.zookeeper.tlsCaFile": propertyFile((c) => c.zookeeper?.tls?.ca),
	"tangles.zookeeper.tlsCertFile": propertyFile((c) => c.zookeeper?.tls?.cert),
	"tangles.zookeeper.tlsKeyFile": propertyFile((c) => c.zookeeper?.tls?.key),
};
