import { ObjectId } from "mongodb";
import * as v from "valibot";
import { STATE, type Stencil } from "../producer/ports.ts";
import { badDocument, checkDocument, objectId, whole } from "./document.ts";

const STENCIL = v.object({
	_id: objectId,
	rootstock_tcn: whole(0),
	scion_tcn: whole(0),
	TCN: whole(0),
	state: v.picklist(Object.values(STATE), "is none of 0 new, 1 started, 2 no_headroom, 3 complete"),
	epoch: v.optional(whole(0)),
	cursor: v.optional(v.object({ rootstock: objectId, scion: objectId }, "is not a pair of page starts")),
	progress: v.optional(
		v.object({ round: whole(0), pushed: whole(0), total: whole(0) }, "is not a count of pushed jobs"),
	),
});

/** A stencil as its document has it. Throws a Fault "data" where that is not what it must be. */
export function stencilOf(document: { readonly _id?: unknown }, collection: string): Stencil & { epoch: number } {
	const read = checkDocument(STENCIL, document, collection);
	const { rootstock_tcn, scion_tcn, TCN } = read;
	if (rootstock_tcn + scion_tcn !== TCN) {
		throw badDocument(
			collection,
			new ObjectId(read._id),
			`TCN is ${TCN}, but rootstock_tcn + scion_tcn = ${rootstock_tcn} + ${scion_tcn} = ${rootstock_tcn + scion_tcn}`,
		);
	}
	return {
		id: read._id,
		rootstockTcn: rootstock_tcn,
		scionTcn: scion_tcn,
		tcn: TCN,
		state: read.state,
		cursor: read.cursor,
		progress: read.progress,
		epoch: read.epoch ?? 0,
	};
}
