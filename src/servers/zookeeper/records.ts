import jute, { type Readable, type StatRecord } from "node-zookeeper-client/lib/jute";

/** A value, and how many bytes of the reply it took. */
export interface Decoded<T> {
	readonly value: T;
	readonly size: number;
}

/** What the server keeps about a node (org.apache.zookeeper.data.Stat): the fields that are used here. */
export interface Stat {
	/** Number of the transaction that created the node. */
	readonly czxid: bigint;
	/** ms since 1970, by the server's clock. */
	readonly ctime: bigint;
	/** How often a child was created or deleted so far. */
	readonly cversion: number;
	/** Session that owns the node; 0 for a node that stays. */
	readonly ephemeralOwner: bigint;
	readonly numChildren: number;
}

/** The data of a node, and what the server keeps about the node. */
export interface NodeRecord {
	readonly data: Buffer;
	readonly stat: Stat;
}

export const toBigint = (long: Buffer) => long.readBigInt64BE();

export function toLong(value: bigint): Buffer {
	const long = Buffer.alloc(8);
	long.writeBigInt64BE(value);
	return long;
}

/**
 * Fills a record of the library from `at` on. Throws a `RangeError` where the reply is too short: the library checks
 * this for numbers only, and ends strings and lists silently where the buffer ends.
 */
export function fill<T extends Readable>(record: T, reply: Buffer, at: number): Decoded<T> {
	const size = record.deserialize(reply, at);
	if (at + size > reply.length) throw new RangeError(`${size} bytes announced, ${reply.length - at} there`);
	return { value: record, size };
}

/** The payload of a reply that has none. */
export const nothing = (): Decoded<undefined> => ({ value: undefined, size: 0 });

/** One record for every stat: making one costs more than filling it, and a scan of all locks reads thousands. */
const STAT = new jute.data.Stat();

function statOf({ czxid, ctime, cversion, ephemeralOwner, numChildren }: StatRecord): Stat {
	const numbers = { czxid: toBigint(czxid), ctime: toBigint(ctime), ephemeralOwner: toBigint(ephemeralOwner) };
	return { ...numbers, cversion, numChildren };
}

export function readStat(reply: Buffer, at: number): Decoded<Stat> {
	const { value, size } = fill(STAT, reply, at);
	return { value: statOf(value), size };
}

/** A node: its data after their length (-1 for none), then the stat. */
export function readNode(reply: Buffer, at: number): Decoded<NodeRecord> {
	const start = at + 4;
	const end = start + Math.max(0, reply.readInt32BE(at));
	const stat = readStat(reply, end);
	return { value: { data: reply.subarray(start, end), stat: stat.value }, size: end + stat.size - at };
}

/** A vector of strings: their number, then each string after its length. */
export function readNames(reply: Buffer, from: number): Decoded<string[]> {
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
