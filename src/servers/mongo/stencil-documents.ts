import { type Document, ObjectId } from "mongodb";
import * as v from "valibot";
import { type PushProgress, STATE, type Stencil } from "../../enumeration/stencils/ports.ts";
import type { CollectionSnapshot, StencilSnapshot } from "../../enumeration/stencils/snapshot.ts";
import { type StencilPair, stencilIdOf } from "../../enumeration/stencils/stencils.ts";
import { CONFIG_ID, readConfig } from "./config-document.ts";
import {
	badDocument,
	checkDocument,
	LARGEST_EPOCH,
	objectId,
	RECOVER,
	readFields,
	shownId,
	whole,
} from "./document.ts";

/** The stencil collection, whose documents have ids of two kinds. */
export interface StencilDocument extends Document {
	_id: ObjectId | typeof CONFIG_ID;
}

const EPOCH = whole(0, LARGEST_EPOCH);

const FIELDS = {
	_id: objectId,
	rootstock_tcn: whole(0),
	scion_tcn: whole(0),
	TCN: whole(0),
	state: v.picklist(Object.values(STATE), "is none of 0 new, 1 started, 2 no_headroom, 3 complete"),
	epoch: v.optional(EPOCH),
	cursor: v.optional(
		v.object({ rootstock: objectId, scion: objectId, pair: v.optional(whole(0)) }, "is not a pair of page starts"),
	),
	progress: v.optional(
		v.pipe(
			v.object({ round: whole(0), pushed: whole(0), total: whole(0) }, "is not a count of pushed jobs"),
			v.transform(({ round: tcn, pushed, total }): PushProgress => ({ tcn, pushed, total })),
		),
	),
	// Only shown: any other value does no harm.
	resting: v.optional(v.unknown()),
};
const STENCIL = v.object(FIELDS);

/** True for what a producer can have stored as a stencil's epoch. */
export function isEpoch(stored: unknown): boolean {
	return v.is(EPOCH, stored);
}

/** A stencil as its document has it. Throws a Fault "data" where that is not what it must be. */
export function stencilOf(document: { readonly _id?: unknown }, collection: string): Stencil & { epoch: number } {
	const read = checkDocument(STENCIL, document, collection, RECOVER);
	const { rootstock_tcn, scion_tcn, TCN } = read;
	if (rootstock_tcn + scion_tcn !== TCN) {
		throw badDocument(
			collection,
			new ObjectId(read._id),
			`TCN is ${TCN}, but rootstock_tcn + scion_tcn = ${rootstock_tcn} + ${scion_tcn} = ${rootstock_tcn + scion_tcn}`,
			RECOVER,
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
		resting: read.resting === true,
		epoch: read.epoch ?? 0,
	};
}

/** The same, as far as it can be read; undefined for a document that does not even mean to be a stencil. */
export function readStencil(document: { readonly _id?: unknown }): StencilSnapshot | undefined {
	if (!("rootstock_tcn" in document) && !("scion_tcn" in document)) return undefined;
	const { fields, wrong } = readFields(FIELDS, document);
	return {
		key: document._id,
		name: shownId(document._id),
		id: fields._id,
		rootstockTcn: fields.rootstock_tcn,
		scionTcn: fields.scion_tcn,
		tcn: fields.TCN,
		state: fields.state,
		cursor: fields.cursor,
		progress: fields.progress,
		resting: fields.resting === true,
		epoch: wrong.some(({ field }) => field === "epoch") ? undefined : (fields.epoch ?? 0),
		wrong,
		more: Object.keys(document).some((field) => !(field in FIELDS)),
	};
}

/** Every document of a stencil collection, as far as each can be read. */
export function snapshotOf(documents: readonly { readonly _id?: unknown }[]): CollectionSnapshot {
	const config = documents.find(({ _id }) => _id === CONFIG_ID);
	const others = documents
		.filter((document) => document !== config)
		.map((document) => ({ key: document._id, name: shownId(document._id), stencil: readStencil(document) }));
	return {
		config: config && readConfig(config),
		stencils: others.flatMap(({ stencil }) => stencil ?? []),
		foreign: others.flatMap(({ key, name, stencil }) => (stencil === undefined ? [{ key, name }] : [])),
	};
}

/** A count of pushed jobs as it is stored. */
export function storedProgress({ tcn, pushed, total }: PushProgress) {
	return { round: tcn, pushed, total };
}

/** The document of a stencil that nobody has begun. */
export function newStencil(pair: StencilPair) {
	const { rootstockTcn, scionTcn } = pair;
	return {
		_id: new ObjectId(stencilIdOf(pair)),
		rootstock_tcn: rootstockTcn,
		scion_tcn: scionTcn,
		TCN: rootstockTcn + scionTcn,
		state: STATE.new,
	};
}
