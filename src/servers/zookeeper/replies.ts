import EVENT from "node-zookeeper-client/lib/Event";
import jute from "node-zookeeper-client/lib/jute";
import { fill, toBigint } from "./records.ts";
import type { WatchKind } from "./request.ts";

/** Request numbers with a meaning of their own (org.apache.zookeeper.ClientCnxn). */
export const XID = { event: jute.XID_NOTIFICATION, auth: jute.XID_AUTHENTICATION, setWatches: -8 } as const;

export interface ReplyHeader {
	/** Number of the request, or one of `XID`. */
	readonly xid: number;
	/** Last transaction that the server knew of. */
	readonly zxid: bigint;
	readonly code: number;
}

/** The header of a reply, and where its payload begins. Throws a `RangeError` where the frame is too short. */
export function readReplyHeader(frame: Buffer): { readonly header: ReplyHeader; readonly at: number } {
	const { value, size } = fill(new jute.protocol.ReplyHeader(), frame, 0);
	return { header: { xid: value.xid, zxid: toBigint(value.zxid), code: value.err }, at: size };
}

/** The kinds of watches that an event of each type ends. */
const ENDED_BY: Readonly<Record<number, readonly WatchKind[]>> = {
	[EVENT.NODE_DELETED]: ["data", "children"],
	[EVENT.NODE_DATA_CHANGED]: ["data"],
	[EVENT.NODE_CHILDREN_CHANGED]: ["children"],
};

/**
 * The node of an event whose payload begins at `at`, and the kinds of watches that it ends there. Throws as
 * `readReplyHeader` does.
 */
export function readEvent(frame: Buffer, at: number): { readonly path: string; readonly kinds: readonly WatchKind[] } {
	const { type, path } = fill(new jute.protocol.WatcherEvent(), frame, at).value;
	return { path, kinds: ENDED_BY[type] ?? [] };
}
