import jute, { type Part } from "node-zookeeper-client/lib/jute";
import { CODE } from "./codes.ts";
import { type Decoded, fill } from "./records.ts";
import type { Answer, Request } from "./request.ts";

const { OP_CODES, protocol } = jute;

/** Opcode (org.apache.zookeeper.ZooDefs.OpCode) that the library lacks. */
const MULTI_READ = 22;

const LAST = new protocol.MultiHeader(OP_CODES.ERROR, true, -1);

/** Messages one after the other. */
function joined(parts: readonly Part[]): Part {
	return {
		byteLength: () => parts.reduce((sum, part) => sum + part.byteLength(), 0),
		serialize: (buffer, offset) => parts.reduce((at, part) => at + part.serialize(buffer, at), offset) - offset,
	};
}

/**
 * Several reads in one request, without watches (servers from 3.6 on); each read has its own answer, in the order of
 * the reads. After each header (an opcode, or -1 for an error) comes what the single request or reply has; an error
 * repeats its code. org.apache.zookeeper.MultiOperationRecord, MultiResponse.
 */
export function multiRead(requests: readonly Request<unknown>[]): Request<Answer<unknown>[]> {
	const headers = new Map(requests.map(({ opcode }) => [opcode, new protocol.MultiHeader(opcode, false, -1)]));
	const parts = requests.flatMap(({ opcode, payload }) => [headers.get(opcode), payload]);
	return {
		opcode: MULTI_READ,
		payload: joined([...parts, LAST].filter((part) => part !== undefined)),
		read: (reply, from) => readAnswers(requests, reply, from),
	};
}

function readAnswers(requests: readonly Request<unknown>[], reply: Buffer, from: number): Decoded<Answer<unknown>[]> {
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
}
