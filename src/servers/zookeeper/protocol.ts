import { CODE } from "./codes.ts";
import type { Reader, Writer } from "./jute.ts";

/** Opcodes (org.apache.zookeeper.ZooDefs.OpCode) of the requests that we send. */
const OPCODE = {
	create: 1,
	delete: 2,
	exists: 3,
	getData: 4,
	getChildren: 8,
	multiRead: 22,
	auth: 100,
	setWatches: 101,
	closeSession: -11,
} as const;

/** Numbers that stand where a reply has its request's (org.apache.zookeeper.ClientCnxn). */
export const XID = { event: -1, auth: -4, setWatches: -8 } as const;

/** What a watch waits for: a change or the end of the node, or of its list of children. */
export type WatchKind = "data" | "children";

export interface Watch {
	readonly kind: WatchKind;
	readonly path: string;
	/** Called once. */
	readonly changed: () => void;
}

/** One request: what stands behind its header, how the payload of its reply is read, and the watch it sets if it succeeds. */
export interface Request<T> {
	readonly opcode: number;
	write(to: Writer): void;
	read(from: Reader): T;
	readonly watch?: Watch | undefined;
}

/** The reply to a request, or `connectionLoss` for one whose fate is unknown. */
export type Answer<T> = { readonly code: 0; readonly value: T } | { readonly code: number; readonly value?: undefined };

/** What the server keeps about a node (org.apache.zookeeper.data.Stat), as far as it matters here. */
export interface Stat {
	/** Transaction that created it. */
	readonly czxid: bigint;
	/** ms since 1970, by the server's clock. */
	readonly ctime: bigint;
	/** Changes of its children so far. */
	readonly cversion: number;
	/** Session that owns it; 0 for one that stays. */
	readonly ephemeralOwner: bigint;
	readonly numChildren: number;
}

function readStat(from: Reader): Stat {
	const czxid = from.long();
	from.long(); // mzxid
	const ctime = from.long();
	from.long(); // mtime
	from.int(); // version
	const cversion = from.int();
	from.int(); // aversion
	const ephemeralOwner = from.long();
	from.int(); // dataLength
	const numChildren = from.int();
	from.long(); // pzxid
	return { czxid, ctime, cversion, ephemeralOwner, numChildren };
}

/** Who may do what with a node (org.apache.zookeeper.ZooDefs.Ids, .Perms). */
export interface Acl {
	readonly permissions: number;
	readonly scheme: string;
	readonly id: string;
}

const READ = 1;
const ALL = 31;
export const EVERYONE_ALL: readonly Acl[] = [{ permissions: ALL, scheme: "world", id: "anyone" }];
/** All for whoever is logged in as we are, reading for everyone. */
export const CREATOR_ALL: readonly Acl[] = [
	{ permissions: ALL, scheme: "auth", id: "" },
	{ permissions: READ, scheme: "world", id: "anyone" },
];

/** Flags of a create (org.apache.zookeeper.CreateMode). */
export const MODE = { persistent: 0, ephemeralSequential: 3 } as const;

/** Replies with the node's full path, its sequence number included. */
export function create(path: string, data: Buffer, acl: readonly Acl[], mode: number): Request<string> {
	return {
		opcode: OPCODE.create,
		write: (to) => {
			to.text(path).bytes(data);
			to.vector(acl, ({ permissions, scheme, id }) => to.int(permissions).text(scheme).text(id)).int(mode);
		},
		read: (from) => from.text(),
	};
}

/** Deletes the node, whatever its version. */
export function remove(path: string): Request<undefined> {
	const ANY_VERSION = -1;
	return { opcode: OPCODE.delete, write: (to) => to.text(path).int(ANY_VERSION), read: () => undefined };
}

export function exists(path: string): Request<Stat> {
	return { opcode: OPCODE.exists, write: (to) => to.text(path).flag(false), read: readStat };
}

export interface Read {
	readonly data: Buffer;
	readonly stat: Stat;
}

export function getData(path: string, changed?: () => void): Request<Read> {
	return {
		opcode: OPCODE.getData,
		write: (to) => to.text(path).flag(changed !== undefined),
		read: (from) => ({ data: from.bytes(), stat: readStat(from) }),
		watch: changed && { kind: "data", path, changed },
	};
}

/** Names of the children, in no order. */
export function getChildren(path: string, changed?: () => void): Request<string[]> {
	return {
		opcode: OPCODE.getChildren,
		write: (to) => to.text(path).flag(changed !== undefined),
		read: (from) => from.vector(() => from.text()),
		watch: changed && { kind: "children", path, changed },
	};
}

/**
 * Several reads at once, without watches (servers from 3.6 on); each has its own answer. Behind each header (int opcode, or -1
 * for an error; bool last; int code) stands what the single request or reply has; an error has its code once more.
 */
export function multiRead(requests: readonly Request<unknown>[]): Request<Answer<unknown>[]> {
	const NONE = -1;
	return {
		opcode: OPCODE.multiRead,
		write: (to) => {
			for (const { opcode, write } of requests) {
				to.int(opcode).flag(false).int(NONE);
				write(to);
			}
			to.int(NONE).flag(true).int(NONE);
		},
		read: (from) =>
			requests.map((request) => {
				const failed = from.int() === NONE;
				if (from.flag()) throw new RangeError("fewer answers than reads");
				from.int();
				return failed ? { code: from.int() } : { code: CODE.ok, value: request.read(from) };
			}),
	};
}

export const closeSession: Request<undefined> = {
	opcode: OPCODE.closeSession,
	write: () => {},
	read: () => undefined,
};

/** `user:password` for the scheme `digest`. A wrong one is no error: it is somebody else's. */
export function login(auth: string): Request<undefined> {
	return {
		opcode: OPCODE.auth,
		write: (to) => to.int(0).text("digest").bytes(Buffer.from(auth)),
		read: () => undefined,
	};
}

/** Sets watches anew on another connection; what changed since transaction `zxid` is told at once. */
export function setWatches(zxid: bigint, data: readonly string[], children: readonly string[]): Request<undefined> {
	return {
		opcode: OPCODE.setWatches,
		write: (to) => {
			const paths = (of: readonly string[]) => to.vector(of, (path) => to.text(path));
			to.long(zxid);
			paths(data);
			paths([]); // of nodes that are not there yet: we have none
			paths(children);
		},
		read: () => undefined,
	};
}

export function writeRequest(to: Writer, xid: number, request: Request<unknown>): void {
	to.frame(() => {
		to.int(xid).int(request.opcode);
		request.write(to);
	});
}

/** Who we are to a server that we connect to; all zero for a session that is to be made. */
export interface Introduction {
	/** Last transaction that we know of: a server that is behind it does not take us. */
	readonly zxid: bigint;
	readonly timeoutMs: number;
	readonly id: bigint;
	readonly password: Buffer;
}

export function writeIntroduction(to: Writer, { zxid, timeoutMs, id, password }: Introduction): void {
	const VERSION = 0;
	const READ_ONLY = false;
	to.frame(() => to.int(VERSION).long(zxid).int(timeoutMs).long(id).bytes(password).flag(READ_ONLY));
}

/** What the server grants. A time-out of 0: the session is over. */
export type Welcome = Omit<Introduction, "zxid">;

export function readWelcome(from: Reader): Welcome {
	from.int(); // protocol version
	return { timeoutMs: from.int(), id: from.long(), password: Buffer.from(from.bytes()) };
}

export interface ReplyHeader {
	readonly xid: number;
	/** Last transaction that the server knew of. */
	readonly zxid: bigint;
	readonly code: number;
}

export function readReplyHeader(from: Reader): ReplyHeader {
	return { xid: from.int(), zxid: from.long(), code: from.int() };
}

/** The watches that an event ends. */
export function readEvent(from: Reader): { readonly path: string; readonly kinds: readonly WatchKind[] } {
	// org.apache.zookeeper.Watcher.Event.EventType
	const ENDS: Readonly<Record<number, readonly WatchKind[]>> = {
		2: ["data", "children"], // node deleted
		3: ["data"], // its data changed
		4: ["children"], // its children changed
	};
	const kinds = ENDS[from.int()] ?? [];
	from.int(); // state of the session
	return { path: from.text(), kinds };
}

export function answerOf<T>(request: Request<T>, { code }: ReplyHeader, from: Reader): Answer<T> {
	return code === CODE.ok ? { code: CODE.ok, value: request.read(from) } : { code };
}
