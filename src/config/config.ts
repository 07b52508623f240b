import type { Secret } from "./secret.ts";

/** A server that a command may need. */
export type Server = "mongo" | "faktory" | "zookeeper";

/** Everything that file and environment say, read once, checked, with defaults filled in, and deeply frozen. */
export interface Config {
	/** Absolute path of the file that was read; undefined where the environment alone was enough. */
	readonly file: string | undefined;
	readonly faktory: FaktoryConfig | undefined;
	readonly mongo: MongoConfig | undefined;
	readonly tangles: TanglesConfig;
	readonly zookeeper: ZookeeperConfig | undefined;
	readonly producer: ProducerConfig;
	readonly batches: BatchesConfig;
	/** By component name; a properties file has no names and gives one entry, "*". See `componentConfig`. */
	readonly components: ReadonlyMap<string, ComponentConfig>;
	/** Where each value comes from, by dotted key: "tangles.yaml:12", "environment TANGLES_MONGO_URI" or "default". */
	readonly origins: ReadonlyMap<string, string>;
}

export interface FaktoryConfig {
	/** Host name or IP address, IPv6 without brackets. */
	readonly host: string;
	readonly port: number;
	readonly password: Secret | undefined;
	readonly tls: boolean;
	readonly queue: string;
}

export interface MongoConfig {
	/** Connection string for the driver; may hold a login. */
	readonly uri: Secret;
	/** `host:port[,host:port]` for messages, without the login. */
	readonly address: string;
	readonly database: string;
}

export interface TanglesConfig {
	readonly stencilCollection: string;
	readonly tangleCollection: string;
	/** Tangles to a page, 1 or more. */
	readonly pageSize: number;
}

export interface ZookeeperConfig {
	/** `host:port[,host:port][/chroot]`; every host has its port. */
	readonly connect: string;
	readonly sessionTimeoutMs: number;
	readonly lockLayout: LockLayout;
	/** `user:password` for the digest scheme. */
	readonly auth: Secret | undefined;
}

export type LockLayout = "both" | "flat" | "v2";

export interface ProducerConfig {
	/** Jobs the queue may hold before pushing rests. */
	readonly headroom: number;
	readonly pollMs: number;
	/** Chunks in flight, 1 to 64. */
	readonly window: number;
	/** Jobs to a chunk, 1 to 5000. */
	readonly chunk: number;
	/** How long an unreachable or silent server is tried before the run gives up. */
	readonly patienceMs: number;
}

export interface BatchesConfig {
	readonly collection: string;
}

export interface ComponentConfig {
	/** Event types whose newest event must have succeeded. */
	readonly past: readonly string[];
	/** Event types that must never have happened. */
	readonly future: readonly string[];
	/** Event types that must never have happened, or only before the batch last changed. */
	readonly old: readonly string[];
	readonly types: readonly string[];
	/** Type of the event that the component records. */
	readonly event: string | undefined;
	readonly version: string;
	readonly maxThreads: number;
	readonly queueLength: number;
	readonly maxRuntimeMs: number;
	readonly threadsPerBatch: number;
	/** Failures kept in a report, 0 or more. */
	readonly maxResults: number;
	readonly pageSize: number;
	/** Program and arguments; never empty where it is given. */
	readonly command: readonly string[] | undefined;
}

/** The name under which a properties file's settings stand: they hold for whatever component is run with it. */
export const ANY_COMPONENT = "*";

/** The settings of component `name`, or those for any component; undefined where there are neither. */
export function componentConfig(config: Config, name: string): ComponentConfig | undefined {
	return config.components.get(name) ?? config.components.get(ANY_COMPONENT);
}
