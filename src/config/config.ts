import type { Fault } from "../base/fault.ts";
import type { Secret } from "../base/secret.ts";
import type { ProducerSettings } from "../enumeration/produce/settings.ts";
import type { ComponentSettings } from "../line/component/settings.ts";
import type { LockLayout } from "../locks/names.ts";
import type { MongoTls } from "./values/mongo-tls.ts";
import type { TlsFiles } from "./values/tls-files.ts";

/** A server that a command may need. */
export type ServerName = "mongo" | "faktory" | "zookeeper";

/** A server that a command needs; where it can do without, `without` says how: "give --no-lock". */
export type Need = ServerName | { readonly server: ServerName; readonly without: string };

/** A config that was read with `needs`: the servers that stand among them by their bare names are there. */
export type ConfigWith<N extends readonly Need[]> = Config & {
	readonly [S in Extract<N[number], ServerName>]: NonNullable<Config[S]>;
};

/** Everything that file and environment say, read once, checked, with defaults filled in, and deeply frozen. */
export interface Config {
	/** Absolute path of the file that was read; undefined where the environment alone was enough. */
	readonly file: string | undefined;
	readonly faktory: FaktoryConfig | undefined;
	readonly mongo: MongoConfig | undefined;
	readonly tangles: TanglesConfig;
	readonly zookeeper: ZookeeperConfig | undefined;
	readonly producer: ProducerSettings;
	readonly batches: BatchesConfig;
	/** Web address that is told of each run's start and end. */
	readonly ping: Secret | undefined;
	/** By component name; a properties file has no names and gives one entry, "*". See `componentConfig`. */
	readonly components: ReadonlyMap<string, ComponentSettings>;
	/** What is wrong with a component that is not among them. */
	readonly componentFaults: ReadonlyMap<string, Fault>;
	/** Where each value comes from, by dotted key: "tangles.yaml:12", "environment TANGLES_MONGO_URI" or "default". */
	readonly origins: ReadonlyMap<string, string>;
	/** Each value as it may be shown, by the same keys: a secret is `***`, in an address too. */
	readonly values: ReadonlyMap<string, string>;
}

export interface FaktoryConfig {
	/** Host name or IP address, IPv6 without brackets. */
	readonly host: string;
	readonly port: number;
	readonly password: Secret | undefined;
	/** Undefined for a connection without TLS. */
	readonly tls: TlsFiles | undefined;
	readonly queue: string;
}

export interface MongoConfig {
	/** Connection string for the driver; may hold a login. */
	readonly uri: Secret;
	/** `host:port[,host:port]` for messages, without the login. */
	readonly address: string;
	readonly database: string;
	/** Content of the files that a TLS connection needs. */
	readonly tls?: MongoTls;
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
	/** Undefined for a connection without TLS. A certificate of ours is a login too, by the scheme x509. */
	readonly tls: TlsFiles | undefined;
}

export interface BatchesConfig {
	readonly collection: string;
	/** Type of event that stops a batch: where its newest one succeeded, only components that ask for it take it. */
	readonly stopEvent: string;
}

/** The name under which a properties file's settings stand: they hold for any component that is run with that file. */
export const ANY_COMPONENT = "*";

/**
 * The settings of component `name`, or those for any component; undefined where there are neither. Throws the Fault
 * "config" that names what is wrong with them.
 */
export function componentConfig(config: Config, name: string): ComponentSettings | undefined {
	const fault = config.componentFaults.get(name) ?? config.componentFaults.get(ANY_COMPONENT);
	if (fault !== undefined) throw fault;
	return config.components.get(name) ?? config.components.get(ANY_COMPONENT);
}
