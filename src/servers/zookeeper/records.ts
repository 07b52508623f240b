import jute, { type Attribute, type Readable } from "node-zookeeper-client/lib/jute";
import type { NodeFacts, NodeRead } from "../../locks/ports.ts";

/** A value, and how many bytes of the reply it took. */
export interface Decoded<T> {
	readonly value: T;
	readonly size: number;
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

/** Where the fields of a record of fixed size stand in it, by the library's own specification. */
function layoutOf({ specification }: { readonly specification: readonly Attribute[] }) {
	const sizes: Readonly<Record<string, number>> = { int: 4, long: 8, boolean: 1 };
	const at: Record<string, number> = {};
	let size = 0;
	for (const { name, type } of specification) {
		at[name] = size;
		size += sizes[type] ?? Number.NaN;
	}
	return { at, size };
}

const { at: AT, size: STAT_BYTES } = layoutOf(new jute.data.Stat());
const [CZXID, CTIME, CVERSION, OWNER, CHILDREN] = ["czxid", "ctime", "cversion", "ephemeralOwner", "numChildren"].map(
	(name) => AT[name] ?? Number.NaN,
) as [number, number, number, number, number];

/**
 * What the server keeps about a node (org.apache.zookeeper.data.Stat). The fields are taken from their places: the
 * library's record takes five times as long, and a scan of all locks reads thousands.
 */
export function readStat(reply: Buffer, at: number): Decoded<NodeFacts> {
	if (at + STAT_BYTES > reply.length) throw new RangeError(`${STAT_BYTES} bytes announced, ${reply.length - at} there`);
	const value = {
		czxid: reply.readBigInt64BE(at + CZXID),
		owner: reply.readBigInt64BE(at + OWNER),
		createdMs: Number(reply.readBigInt64BE(at + CTIME)),
		children: reply.readInt32BE(at + CHILDREN),
		childChanges: reply.readInt32BE(at + CVERSION),
	};
	return { value, size: STAT_BYTES };
}

/** A node: its data after their length (-1 for none), then the stat. */
export function readNode(reply: Buffer, at: number): Decoded<NodeRead> {
	const start = at + 4;
	const end = start + Math.max(0, reply.readInt32BE(at));
	const { value, size } = readStat(reply, end);
	const { czxid, owner, createdMs, children, childChanges } = value;
	const node = { data: reply.subarray(start, end), czxid, owner, createdMs, children, childChanges };
	return { value: node, size: end + size - at };
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
