import ACL from "node-zookeeper-client/lib/ACL";
import MODE from "node-zookeeper-client/lib/CreateMode";
import jute, { type AclEntry, type TransactionOp } from "node-zookeeper-client/lib/jute";
import type { NodeFacts, NodeRead } from "../../locks/ports.ts";
import { CODE } from "./codes.ts";
import { type ReadKind, readKind } from "./multi-read.ts";
import { fill, nothing, readNames, readNode, readStat } from "./records.ts";
import type { Request } from "./request.ts";

const { OP_CODES, protocol } = jute;

/** Who may do what with a node. */
export type Acl = readonly AclEntry[];

export const EVERYONE_ALL: Acl = ACL.OPEN_ACL_UNSAFE;
/** All rights for our own login, reading for everyone. */
export const CREATOR_ALL: Acl = [...ACL.CREATOR_ALL_ACL, ...ACL.READ_ACL_UNSAFE];

/** Flags of a create. */
export { MODE };

/** Replies with the node's full path, its sequence number included. */
export function create(path: string, data: Buffer, acl: Acl, mode: number): Request<string> {
	const records = acl.map((entry) => entry.toRecord());
	return {
		opcode: OP_CODES.CREATE,
		payload: new protocol.CreateRequest(path, data, records, mode),
		proves: true,
		read: (reply, at) => {
			const { value, size } = fill(new protocol.CreateResponse(), reply, at);
			return { value: value.path, size };
		},
	};
}

const ANY_VERSION = -1;

/** Deletes the node in any version. */
export function remove(path: string): Request<undefined> {
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

/** A part of a transaction. */
export type Change =
	| { readonly create: string; readonly data: Buffer; readonly mode: number }
	| { readonly remove: string }
	/** Changes nothing, and is refused where the node is missing. */
	| { readonly check: string };

/**
 * Carries out every change, in this order, or none. Replies with the full paths of what was created. The server says of
 * each change of a refused transaction why it was not carried out, in a reply without an error: OK for those before the
 * one that was refused, RUNTIMEINCONSISTENCY for those behind it (org.apache.zookeeper.server.PrepRequestProcessor).
 */
export function transaction(changes: readonly Change[], acl: Acl): Request<string[]> {
	const ops = changes.map((change): TransactionOp => {
		if ("remove" in change) return { type: OP_CODES.DELETE, path: change.remove, version: ANY_VERSION };
		if ("check" in change) return { type: OP_CODES.CHECK, path: change.check, version: ANY_VERSION };
		return { type: OP_CODES.CREATE, path: change.create, data: change.data, acls: acl, mode: change.mode };
	});
	return {
		opcode: OP_CODES.MULTI,
		payload: new jute.TransactionRequest(ops),
		proves: true,
		read: (reply, at) => {
			const { value, size } = fill(new jute.TransactionResponse(), reply, at);
			const refused = value.results.find(({ err = CODE.ok }) => err !== CODE.ok);
			const paths = value.results.flatMap(({ path }) => path ?? []);
			return { value: paths, size, code: refused?.err };
		},
	};
}

function removeVersion(path: string, version: number): Request<undefined> {
	return { opcode: OP_CODES.DELETE, payload: new protocol.DeleteRequest(path, version), read: nothing };
}

/** The node; `changed` is called once, after the first change of it. */
export function getData(path: string, changed?: () => void): Request<NodeRead> {
	return {
		opcode: OP_CODES.GET_DATA,
		payload: new protocol.GetDataRequest(path, changed !== undefined),
		read: readNode,
		watch: changed && { kind: "data", path, changed },
	};
}

/** What the server keeps about the node. Needs no right on the node. */
export function exists(path: string): Request<NodeFacts> {
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

/** The reads of one path that a multi-read can hold. */
export const NODE: ReadKind<NodeRead> = readKind(OP_CODES.GET_DATA, { read: readNode, alone: getData });
export const NAMES: ReadKind<string[]> = readKind(OP_CODES.GET_CHILDREN, { read: readNames, alone: getChildren });
