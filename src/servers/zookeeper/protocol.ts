import ACL from "node-zookeeper-client/lib/ACL";
import MODE from "node-zookeeper-client/lib/CreateMode";
import EVENT from "node-zookeeper-client/lib/Event";
import jute, { type Part, type Readable, type StatRecord } from "node-zookeeper-client/lib/jute";
import { CODE } from "./codes.ts";

const { OP_CODES, protocol } = jute;

/** Opcode (org.apache.zookeeper.ZooDefs.OpCode) that the library lacks. */
const MULTI_READ = 22;

/** Numbers that stand where a reply has its request's (org.apache.zookeeper.ClientCnxn). */
export const XID = { event: jute.XID_NOTIFICATION, auth: jute.XID_AUTHENTICATION, setWatches: -8 } as const;

/** What a watch waits for: a change or the end of the node, or of its list of children. */
export type WatchKind = "data" | "children";

export interface Watch {
	readonly kind: WatchKind;
	readonly path: string;
	/** Called once. */
	readonly changed: () => void;
}

/** A value, and how many bytes of the reply it took. */
interface Decoded<T> {
	readonly value: T;
	readonly size: number;
}

/** One request: what stands behind its header, how the payload of its reply is read, and the watch it sets if it succeeds. */
export interface Request<T> {
	readonly opcode: number;
	readonly payload: Part | undefined;
	/** Reads the reply's payload at `at`. Throws where it is none. */
	read(reply: Buffer, at: number): Decoded<T>;
	readonly watch?: Watch | undefined;
	/** True where only the leader with a quorum can answer, and only while the session lives. See README.md, "What proves a session". */
	readonly proves?: true;
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

const toBigint = (long: Buffer) => long.readBigInt64BE();

function toLong(value: bigint): Buffer {
	const long = Buffer.alloc(8);
	long.writeBigInt64BE(value);
	return long;
}

function statOf({ czxid, ctime, cversion, ephemeralOwner, numChildren }: StatRecord): Stat {
	const numbers = { czxid: toBigint(czxid), ctime: toBigint(ctime), ephemeralOwner: toBigint(ephemeralOwner) };
	return { ...numbers, cversion, numChildren };
}

/** Fills a record of the library. Its strings and lists end without a word where the buffer does, so that the size is looked at. */
function fill<T extends Readable>(record: T, reply: Buffer, at: number): Decoded<T> {
	const size = record.deserialize(reply, at);
	if (at + size > reply.length) throw new RangeError(`${size} bytes announced, ${reply.length - at} there`);
	return { value: record, size };
}

const nothing = (): Decoded<undefined> => ({ value: undefined, size: 0 });

/** Who may do what with a node. */
export type Acl = readonly Part[];

const records = (acl: readonly { toRecord(): Part }[]): Acl => acl.map((entry) => entry.toRecord());
export const EVERYONE_ALL = records(ACL.OPEN_ACL_UNSAFE);
/** All for whoever is logged in as we are, reading for everyone. */
export const CREATOR_ALL = records([...ACL.CREATOR_ALL_ACL, ...ACL.READ_ACL_UNSAFE]);

/** Flags of a create. */
export { MODE };

/** Replies with the node's full path, its sequence number included. */
export function create(path: string, data: Buffer, acl: Acl, mode: number): Request<string> {
	return {
		opcode: OP_CODES.CREATE,
		payload: new protocol.CreateRequest(path, data, acl, mode),
		proves: true,
		read: (reply, at) => {
			const { value, size } = fill(new protocol.CreateResponse(), reply, at);
			return { value: value.path, size };
		},
	};
}

/** Deletes the node, whatever its version. */
export function remove(path: string): Request<undefined> {
	const ANY_VERSION = -1;
	return { ...removeVersion(path, ANY_VERSION), proves: true };
}

/**
 * A transaction that changes nothing: the delete of a version that no node reaches. The leader checks the session before
 * anything else, and a quorum logs the refusal as it logs a change (PrepRequestProcessor.pRequest2Txn).
 */
export function proof(directory: string): Request<undefined> {
	const NEVER_REACHED = 2 ** 31 - 1;
	return { ...removeVersion(`${directory}/tangles-proof`, NEVER_REACHED), proves: true };
}

function removeVersion(path: string, version: number): Request<undefined> {
	return { opcode: OP_CODES.DELETE, payload: new protocol.DeleteRequest(path, version), read: nothing };
}

export interface Read {
	readonly data: Buffer;
	readonly stat: Stat;
}

const NO_DATA = Buffer.alloc(0);

export function getData(path: string, changed?: () => void): Request<Read> {
	return {
		opcode: OP_CODES.GET_DATA,
		payload: new protocol.GetDataRequest(path, changed !== undefined),
		read: readNode,
		watch: changed && { kind: "data", path, changed },
	};
}

/** Filled and copied out in one step, time after time: to make one costs more than to fill it, and a look at all locks has thousands. */
const STAT = new jute.data.Stat();

/** The data behind its length, -1 for none, and the stat. */
function readNode(reply: Buffer, at: number): Decoded<Read> {
	const start = at + 4;
	const end = start + Math.max(0, reply.readInt32BE(at));
	const stat = fill(STAT, reply, end);
	return { value: { data: reply.subarray(start, end), stat: statOf(stat.value) }, size: end + stat.size - at };
}

/** What the server keeps about the node; asks for no right on it. */
export function exists(path: string): Request<Stat> {
	return {
		opcode: OP_CODES.EXISTS,
		payload: new protocol.ExistsRequest(path, false),
		read: (reply, at) => {
			const { value, size } = fill(STAT, reply, at);
			return { value: statOf(value), size };
		},
	};
}

/**
 * Names of the children, in no order. This is the older request, since a multi-read takes no other; the library has the newer
 * one only, whose request is the same.
 */
export function getChildren(path: string, changed?: () => void): Request<string[]> {
	return {
		opcode: OP_CODES.GET_CHILDREN,
		payload: new protocol.GetChildren2Request(path, changed !== undefined),
		read: readNames,
		watch: changed && { kind: "children", path, changed },
	};
}

/** A vector of strings: its length, and each behind its own. */
function readNames(reply: Buffer, from: number): Decoded<string[]> {
	const names: string[] = [];
	let at = from + 4;
	for (let left = reply.readInt32BE(from); left > 0; left -= 1) {
		const start = at + 4;
		at = start + Math.max(0, reply.readInt32BE(at));
		if (at > reply.length) throw new RangeError(`${at - start} bytes announced, ${reply.length - start} there`);
		names.push(reply.toString("utf8", start, at));
	}
	return { value: names, size: at - from };
}

/** Messages one behind the other. */
function joined(parts: readonly Part[]): Part {
	return {
		byteLength: () => parts.reduce((sum, part) => sum + part.byteLength(), 0),
		serialize: (buffer, offset) => parts.reduce((at, part) => at + part.serialize(buffer, at), offset) - offset,
	};
}

const LAST = new protocol.MultiHeader(OP_CODES.ERROR, true, -1);

/**
 * Several reads at once, without watches (servers from 3.6 on); each has its own answer. Behind each header (opcode, or -1 for an
 * error) stands what the single request or reply has; an error has its code once more.
 */
export function multiRead(requests: readonly Request<unknown>[]): Request<Answer<unknown>[]> {
	const headers = new Map(requests.map(({ opcode }) => [opcode, new protocol.MultiHeader(opcode, false, -1)]));
	const parts = requests.flatMap(({ opcode, payload }) => [headers.get(opcode), payload]);
	return {
		opcode: MULTI_READ,
		payload: joined([...parts, LAST].filter((part) => part !== undefined)),
		read: (reply, from) => {
			let at = from;
			const header = new protocol.MultiHeader();
			const next = <T>({ value, size }: Decoded<T>): T => {
				at += size;
				return value;
			};
			const value = requests.map((request): Answer<unknown> => {
				next(fill(header, reply, at));
				if (header.done) throw new RangeError("fewer answers than reads");
				if (header.type !== OP_CODES.ERROR) return { code: CODE.ok, value: next(request.read(reply, at)) };
				return { code: next(fill(new protocol.ErrorResponse(), reply, at)).err };
			});
			return { value, size: at - from };
		},
	};
}

export const closeSession: Request<undefined> = {
	opcode: OP_CODES.CLOSE_SESSION,
	payload: undefined,
	read: nothing,
};

/** `user:password` for the scheme `digest`. A wrong one is no error: it is somebody else's. */
export function login(auth: string): Request<undefined> {
	return { opcode: OP_CODES.AUTH, payload: new protocol.AuthPacket(0, "digest", Buffer.from(auth)), read: nothing };
}

/** Sets watches anew on another connection; what changed since transaction `zxid` is told at once. */
export function setWatches(zxid: bigint, data: readonly string[], children: readonly string[]): Request<undefined> {
	// The empty list is of nodes that are not there yet: we have none.
	return {
		opcode: OP_CODES.SET_WATCHES,
		payload: new protocol.SetWatches(toLong(zxid), data, [], children),
		read: nothing,
	};
}

/** A request as it goes over the wire, its length in front. */
export function requestBytes(xid: number, { opcode, payload }: Request<unknown>): Buffer {
	return new jute.Request(new protocol.RequestHeader(xid, opcode), payload).toBuffer();
}

/** Who we are to a server that we connect to; all zero for a session that is to be made. */
export interface Introduction {
	/** Last transaction that we know of: a server that is behind it does not take us. */
	readonly zxid: bigint;
	readonly timeoutMs: number;
	readonly id: bigint;
	readonly password: Buffer;
}

export function introductionBytes({ zxid, timeoutMs, id, password }: Introduction): Buffer {
	const { PROTOCOL_VERSION } = jute;
	const record = new protocol.ConnectRequest(PROTOCOL_VERSION, toLong(zxid), timeoutMs, toLong(id), password);
	return new jute.Request(undefined, record).toBuffer();
}

/** What the server grants. A time-out of 0: the session is over. */
export type Welcome = Omit<Introduction, "zxid">;

export function readWelcome(frame: Buffer): Welcome {
	const { timeOut, sessionId, passwd } = fill(new protocol.ConnectResponse(), frame, 0).value;
	return { timeoutMs: timeOut, id: toBigint(sessionId), password: passwd ?? NO_DATA };
}

export interface ReplyHeader {
	readonly xid: number;
	/** Last transaction that the server knew of. */
	readonly zxid: bigint;
	readonly code: number;
}

/** The header of a reply, and where its payload begins. */
export function readReplyHeader(frame: Buffer): { readonly header: ReplyHeader; readonly at: number } {
	const { value, size } = fill(new protocol.ReplyHeader(), frame, 0);
	return { header: { xid: value.xid, zxid: toBigint(value.zxid), code: value.err }, at: size };
}

/** The watches that an event of each type ends. */
const ENDS: Readonly<Record<number, readonly WatchKind[]>> = {
	[EVENT.NODE_DELETED]: ["data", "children"],
	[EVENT.NODE_DATA_CHANGED]: ["data"],
	[EVENT.NODE_CHILDREN_CHANGED]: ["children"],
};

/** The watches that an event ends. */
export function readEvent(frame: Buffer, at: number): { readonly path: string; readonly kinds: readonly WatchKind[] } {
	const { type, path } = fill(new protocol.WatcherEvent(), frame, at).value;
	return { path, kinds: ENDS[type] ?? [] };
}

/** What a reply says to its request. */
export function answerOf<T>(request: Request<T>, { code }: ReplyHeader, frame: Buffer, at: number): Answer<T> {
	return code === CODE.ok ? { code: CODE.ok, value: request.read(frame, at).value } : { code };
}
