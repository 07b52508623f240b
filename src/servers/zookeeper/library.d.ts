// What we use of node-zookeeper-client, which has no types: its records and op codes (lib/jute), error codes, ACLs,
// create modes, event types.

declare module "node-zookeeper-client/lib/jute" {
	/** A message or a part of one, by the protocol's specification (zookeeper.jute). */
	export interface Part {
		byteLength(): number;
		/** Writes itself at `offset`; gives the bytes written. */
		serialize(buffer: Buffer, offset: number): number;
	}
	export interface Readable {
		/** Fills its fields from `offset` on; gives the bytes read. Throws where the buffer ends too early. */
		deserialize(buffer: Buffer, offset: number): number;
	}
	type Message = Part & Readable;
	/** Eight bytes, big-endian. */
	type Long = Buffer;
	/** A field of a record, by the specification: `int`, `long`, `boolean`, `ustring`, `buffer`, or a record. */
	export interface Attribute {
		readonly name: string;
		readonly type: string;
	}
	interface StatRecord extends Message {
		readonly specification: readonly Attribute[];
		czxid: Long;
		ctime: Long;
		cversion: number;
		ephemeralOwner: Long;
		numChildren: number;
	}
	interface Protocol {
		ConnectRequest: new (version: number, zxid: Long, timeOut: number, sessionId: Long, passwd: Buffer) => Message;
		ConnectResponse: new () => Message & { timeOut: number; sessionId: Long; passwd: Buffer | undefined };
		RequestHeader: new (xid: number, type: number) => Message;
		ReplyHeader: new () => Message & { xid: number; zxid: Long; err: number };
		AuthPacket: new (type: number, scheme: string, auth: Buffer) => Message;
		CreateRequest: new (path: string, data: Buffer, acl: readonly Part[], flags: number) => Message;
		CreateResponse: new () => Message & { path: string };
		DeleteRequest: new (path: string, version: number) => Message;
		ExistsRequest: new (path: string, watch: boolean) => Message;
		GetChildren2Request: new (path: string, watch: boolean) => Message;
		GetDataRequest: new (path: string, watch: boolean) => Message;
		WatcherEvent: new () => Message & { type: number; state: number; path: string };
		SetWatches: new (
			zxid: Long,
			dataWatches: readonly string[],
			existWatches: readonly string[],
			childWatches: readonly string[],
		) => Message;
		MultiHeader: new (
			type?: number,
			done?: boolean,
			err?: number,
		) => Message & { type: number; done: boolean; err: number };
		ErrorResponse: new () => Message & { err: number };
	}
	export interface AclEntry {
		toRecord(): Part;
	}
	/** A create (with data, acls, mode) or a delete (with a version) as a part of a transaction. */
	export interface TransactionOp {
		readonly type: number;
		readonly path: string;
		readonly data?: Buffer;
		readonly acls?: readonly AclEntry[];
		readonly mode?: number;
		readonly version?: number;
	}
	interface Jute {
		readonly OP_CODES: Readonly<
			Record<
				| "CREATE"
				| "DELETE"
				| "EXISTS"
				| "GET_DATA"
				| "GET_CHILDREN"
				| "CHECK"
				| "MULTI"
				| "AUTH"
				| "SET_WATCHES"
				| "CLOSE_SESSION"
				| "ERROR",
				number
			>
		>;
		readonly PROTOCOL_VERSION: number;
		readonly XID_NOTIFICATION: number;
		readonly XID_AUTHENTICATION: number;
		readonly protocol: Protocol;
		readonly data: {
			Stat: new () => StatRecord;
			Id: new (scheme: string, id: string) => Message;
			ACL: new (permissions: number, id: Message) => Message;
		};
		readonly TransactionRequest: new (ops: readonly TransactionOp[]) => Part;
		readonly TransactionResponse: new () => Readable & {
			readonly results: readonly { readonly path?: string; readonly err?: number }[];
		};
		/** A header and a payload behind their length. */
		readonly Request: new (
			header: Part | undefined,
			payload: Part | undefined,
		) => { toBuffer(): Buffer };
	}
	const jute: Jute;
	export default jute;
}

declare module "node-zookeeper-client/lib/Exception" {
	/** Result codes, by the library's names. */
	const exception: Readonly<
		Record<
			| "OK"
			| "CONNECTION_LOSS"
			| "UNIMPLEMENTED"
			| "NO_NODE"
			| "NO_AUTH"
			| "NODE_EXISTS"
			| "NOT_EMPTY"
			| "SESSION_EXPIRED"
			| "INVALID_ACL"
			| "AUTH_FAILED",
			number
		>
	>;
	export default exception;
}

declare module "node-zookeeper-client/lib/ACL" {
	import type { AclEntry } from "node-zookeeper-client/lib/jute";

	const acl: Readonly<Record<"OPEN_ACL_UNSAFE" | "CREATOR_ALL_ACL" | "READ_ACL_UNSAFE", readonly AclEntry[]>>;
	export default acl;
}

declare module "node-zookeeper-client/lib/CreateMode" {
	const mode: Readonly<Record<"PERSISTENT" | "EPHEMERAL_SEQUENTIAL", number>>;
	export default mode;
}

declare module "node-zookeeper-client/lib/Event" {
	const event: Readonly<Record<"NODE_DELETED" | "NODE_DATA_CHANGED" | "NODE_CHILDREN_CHANGED", number>>;
	export default event;
}
