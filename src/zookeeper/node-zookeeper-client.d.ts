/** The part of the library that we use, its connection manager included: the hooks that a silent server needs are only there. */
declare module "node-zookeeper-client" {
	import type { EventEmitter } from "node:events";
	import type { Socket } from "node:net";

	type Done = (error: { getCode(): number } | null | undefined) => void;
	type Watcher = () => void;
	interface Stat {
		readonly czxid: Buffer;
		readonly ephemeralOwner: Buffer;
		readonly ctime: Buffer;
		/** Changes of its children so far. */
		readonly cversion: number;
		readonly numChildren: number;
	}
	interface Server {
		readonly host: string;
		readonly port: number;
	}
	interface ConnectionManager {
		servers: readonly Server[];
		socket: Socket | undefined;
		connectTimeoutHandler: ReturnType<typeof setTimeout> | undefined;
		state: number;
		setState(state: number): void;
		updateTimeout(sessionTimeoutMs: number): void;
		findNextServer(found: (server: Server) => void): void;
		onSocketData(data: Buffer): void;
	}
	export interface Client extends EventEmitter {
		readonly connectionManager: ConnectionManager;
		connect(): void;
		close(): void;
		addAuthInfo(scheme: string, auth: Buffer): void;
		getSessionId(): Buffer;
		getSessionTimeout(): number;
		create(
			path: string,
			data: Buffer,
			acl: unknown[],
			mode: number,
			done: (error: unknown, path: string) => void,
		): void;
		remove(path: string, version: number, done: Done): void;
		exists(path: string, watcher: Watcher | undefined, done: (error: unknown, stat: Stat | null) => void): void;
		getChildren(path: string, watcher: Watcher | undefined, done: (error: unknown, names: string[]) => void): void;
		getData(path: string, watcher: Watcher | undefined, done: (error: unknown, data: Buffer, stat: Stat) => void): void;
	}
	const library: {
		createClient(connect: string, options: { sessionTimeout: number; retries: number }): Client;
		CreateMode: { readonly PERSISTENT: number; readonly EPHEMERAL_SEQUENTIAL: number };
		ACL: {
			readonly OPEN_ACL_UNSAFE: unknown[];
			readonly CREATOR_ALL_ACL: unknown[];
			readonly READ_ACL_UNSAFE: unknown[];
		};
		State: Readonly<Record<"SYNC_CONNECTED" | "DISCONNECTED" | "EXPIRED" | "AUTH_FAILED", unknown>>;
	};
	export default library;
}
