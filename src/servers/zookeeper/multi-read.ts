import jute, { type Part } from "node-zookeeper-client/lib/jute";
import { CODE } from "./codes.ts";
import type { Decoded } from "./records.ts";
import type { Answer, Request } from "./request.ts";

const { OP_CODES, protocol } = jute;

/** Opcode (org.apache.zookeeper.ZooDefs.OpCode) that the library lacks. */
const MULTI_READ = 22;

/** A kind of read that a multi-read can hold: it needs a path alone. */
export interface ReadKind<T> {
	/** What stands before it in a multi-read. */
	readonly header: Buffer;
	/** Reads what a reply to it has behind its header. Throws as `Request.read` does. */
	read(reply: Buffer, at: number): Decoded<T>;
	/** The same read as a request of its own. */
	alone(path: string): Request<T>;
}

/** One of many reads. */
export interface PathRead {
	readonly kind: ReadKind<unknown>;
	readonly path: string;
}

function headerBytes(opcode: number, done: boolean): Buffer {
	const header = new protocol.MultiHeader(opcode, done, -1);
	const bytes = Buffer.alloc(header.byteLength());
	header.serialize(bytes, 0);
	return bytes;
}

/** The kind of read with this opcode. */
export function readKind<T>(opcode: number, kind: Omit<ReadKind<T>, "header">): ReadKind<T> {
	return { header: headerBytes(opcode, false), ...kind };
}

const LAST = headerBytes(OP_CODES.ERROR, true);
/** A header's bytes: its type, whether it is the last, its error. */
const HEADER = LAST.length;
const DONE_AT = 4;

const part = (bytes: Buffer): Part => ({
	byteLength: () => bytes.length,
	serialize: (buffer, offset) => bytes.copy(buffer, offset),
});

/** Each read's header, path (behind its length) and watch (none), then the last header. */
function requestsBytes(reads: readonly PathRead[]): Buffer {
	let size = HEADER;
	for (const { path } of reads) size += HEADER + 4 + Buffer.byteLength(path) + 1;
	const bytes = Buffer.alloc(size);
	let at = 0;
	for (const { kind, path } of reads) {
		at += kind.header.copy(bytes, at);
		const length = bytes.write(path, at + 4);
		bytes.writeInt32BE(length, at);
		at += 4 + length + 1;
	}
	LAST.copy(bytes, at);
	return bytes;
}

/**
 * Several reads in one request, without watches (servers from 3.6 on); each read has its own answer, in the order of
 * the reads. After each header (an opcode, or -1 for an error) comes what the single request or reply has; an error
 * repeats its code. org.apache.zookeeper.MultiOperationRecord, MultiResponse. Bytes, not records of the library: a scan
 * has 30,000 reads, and a record for each costs more than all else of it.
 */
export function multiRead(reads: readonly PathRead[]): Request<Answer<unknown>[]> {
	return {
		opcode: MULTI_READ,
		payload: part(requestsBytes(reads)),
		read: (reply, from) => readAnswers(reads, reply, from),
	};
}

function readAnswers(reads: readonly PathRead[], reply: Buffer, from: number): Decoded<Answer<unknown>[]> {
	let at = from;
	const value = reads.map(({ kind }): Answer<unknown> => {
		const type = reply.readInt32BE(at);
		if (reply.readUInt8(at + DONE_AT) === 1) throw new RangeError("fewer answers than reads");
		at += HEADER;
		if (type === OP_CODES.ERROR) {
			const code = reply.readInt32BE(at);
			at += 4;
			return { code };
		}
		const { value, size } = kind.read(reply, at);
		at += size;
		return { code: CODE.ok, value };
	});
	return { value, size: at - from };
}
