import jute from "node-zookeeper-client/lib/jute";
import { fill, nothing, toBigint, toLong } from "./records.ts";
import type { Request } from "./request.ts";

const { OP_CODES, protocol, PROTOCOL_VERSION } = jute;

/** The first message of a connection: the session to go on with, or zeros for a new one. */
export interface Introduction {
	/** Last transaction that we know of: a server that is behind it refuses the connection. */
	readonly zxid: bigint;
	readonly timeoutMs: number;
	readonly id: bigint;
	readonly password: Buffer;
}

export function introductionBytes({ zxid, timeoutMs, id, password }: Introduction): Buffer {
	const record = new protocol.ConnectRequest(PROTOCOL_VERSION, toLong(zxid), timeoutMs, toLong(id), password);
	return new jute.Request(undefined, record).toBuffer();
}

/** What the server grants. A time-out of 0 says that the session is over. */
export type Welcome = Omit<Introduction, "zxid">;

/** Reads the server's first message. Throws a `RangeError` where the frame is too short. */
export function readWelcome(frame: Buffer): Welcome {
	const { timeOut, sessionId, passwd } = fill(new protocol.ConnectResponse(), frame, 0).value;
	return { timeoutMs: timeOut, id: toBigint(sessionId), password: passwd ?? Buffer.alloc(0) };
}

/**
 * Logs in with `user:password`, scheme `digest`. The server accepts a wrong password: it makes another identity of it.
 */
export function login(auth: string): Request<undefined> {
	return { opcode: OP_CODES.AUTH, payload: new protocol.AuthPacket(0, "digest", Buffer.from(auth)), read: nothing };
}

/** Sets watches again on a new connection. The server reports at once what has changed since transaction `zxid`. */
export function setWatches(zxid: bigint, data: readonly string[], children: readonly string[]): Request<undefined> {
	// The empty list is for watches on nodes that do not exist yet: we set none.
	const payload = new protocol.SetWatches(toLong(zxid), data, [], children);
	return { opcode: OP_CODES.SET_WATCHES, payload, read: nothing };
}

/** Ends the session at the server. */
export const closeSession: Request<undefined> = {
	opcode: OP_CODES.CLOSE_SESSION,
	payload: undefined,
	read: nothing,
};
