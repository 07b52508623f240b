import ACL from "node-zookeeper-client/lib/ACL";
import MODE from "node-zookeeper-client/lib/CreateMode";
import jute, { type Part } from "node-zookeeper-client/lib/jute";
import { fill, type NodeRecord, nothing, readNames, readNode, readStat, type Stat } from "./records.ts";
import type { Request } from "./request.ts";

const { OP_CODES, protocol } = jute;

/** Who may do what with a node. */
export type Acl = readonly Part[];

const records = (acl: readonly { toRecord(): Part }[]): Acl => acl.map((entry) => entry.toRecord());
export const EVERYONE_ALL = records(ACL.OPEN_ACL_UNSAFE);
/** All rights for our own login, reading for everyone. */
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

/** Deletes the node in any version. */
export function remove(path: string): Request<undefined> {
	const ANY_VERSION = -1;
	return { ...removeVersion(path, ANY_VERSION), proves: true };
}

/**
 * A transaction that changes nothing: the delete of a version that no node reaches. The leader checks the session
 * before anything else, and a quorum logs the refusal as it logs a change (PrepRequestProcessor.pRequest2Txn).
 */
export function proof(directory: string): Request<undefined> {
	const NEVER_REACHED = 2 ** 31 - 1;
	return { ...removeVersion(`${directory}/tangles-proof`, NEVER_REACHED), proves: true };
}

function removeVersion(path: string, version: number): Request<undefined> {
	return { opcode: OP_CODES.DELETE, payload: new protocol.DeleteRequest(path, version), read: nothing };
}

/** The node; `changed` is called once, after the first change of it. */
export function getData(path: string, changed?: () => void): Request<NodeRecord> {
	return {
		opcode: OP_CODES.GET_DATA,
		payload: new protocol.GetDataRequest(path, changed !== undefined),
		read: readNode,
		watch: changed && { kind: "data", path, changed },
	};
}

/** What the server keeps about the node. Needs no right on the node. */
export function exists(path: string): Request<Stat> {
	return { opcode: OP_CODES.EXISTS, payload: new protocol.ExistsRequest(path, false), read: readStat };
}

/**
 * Names of the children, in no order; `changed` is called once, after the first change of them. This is the older
 * opcode, since a multi-read takes no other; the library has only the newer one's record, which has the same bytes.
 */
export function getChildren(path: string, changed?: () => void): Request<string[]> {
	return {
		opcode: OP_CODES.GET_CHILDREN,
		payload: new protocol.GetChildren2Request(path, changed !== undefined),
		read: readNames,
		watch: changed && { kind: "children", path, changed },
	};
}
