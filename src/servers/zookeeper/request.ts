import jute, { type Part } from "node-zookeeper-client/lib/jute";
import { CODE } from "./codes.ts";
import type { Decoded } from "./records.ts";

/** What a watch waits for: a change or the end of the node, or of its list of children. */
export type WatchKind = "data" | "children";

export interface Watch {
	readonly kind: WatchKind;
	readonly path: string;
	/** Called once. */
	readonly changed: () => void;
}

/** One request: its payload, how the payload of its reply is read, and the watch that it sets if it succeeds. */
export interface Request<T> {
	readonly opcode: number;
	/** What stands behind the header. */
	readonly payload: Part | undefined;
	/**
	 * Reads the reply's payload at `at`, and the code of a refusal that stands in the payload. Throws a `RangeError` where
	 * the bytes are no such payload.
	 */
	read(reply: Buffer, at: number): Decoded<T> & { readonly code?: number | undefined };
	readonly watch?: Watch | undefined;
	/**
	 * True where only the leader with a quorum can answer, and only while the session lives. See README.md, "What proves
	 * a session".
	 */
	readonly proves?: true;
}

/** The reply to a request, or `connectionLoss` for a request whose fate is unknown. */
export type Answer<T> = { readonly code: 0; readonly value: T } | { readonly code: number; readonly value?: undefined };

/** A request as it is sent: length, header (number and opcode), payload. */
export function requestBytes(xid: number, { opcode, payload }: Request<unknown>): Buffer {
	return new jute.Request(new jute.protocol.RequestHeader(xid, opcode), payload).toBuffer();
}

/** The answer in a reply with this code, whose payload begins at `at`. Throws as `Request.read` does. */
export function answerOf<T>(request: Request<T>, code: number, frame: Buffer, at: number): Answer<T> {
	if (code !== CODE.ok) return { code };
	const { value, code: refused = CODE.ok } = request.read(frame, at);
	return refused === CODE.ok ? { code: CODE.ok, value } : { code: refused };
}
