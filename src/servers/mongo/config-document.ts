import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { Enumeration } from "../../enumeration/stencils/ports.ts";
import type { ConfigSnapshot } from "../../enumeration/stencils/snapshot.ts";
import { checkDocument, LARGEST_EPOCH, RECOVER, readFields, whole } from "./document.ts";

export const CONFIG_ID = "config";

const FIELDS = {
	_id: v.literal(CONFIG_ID),
	current_completed_tcn: whole(0),
	max_tcn: whole(0),
	epoch: v.optional(v.pipe(whole(0), v.maxValue(LARGEST_EPOCH, `is greater than any epoch, ${LARGEST_EPOCH}`))),
	work: v.optional(
		v.object(
			{ tcn: whole(0), processed: whole(0), failed: whole(0), open: v.optional(whole(0)) },
			"is not a note of the server's counters",
		),
	),
	restart: v.optional(whole(3)),
};
const CONFIG = v.object(FIELDS);

/** The config document's content. Throws a Fault "data" where it is missing or not what it must be. */
export function enumerationOf(document: { readonly _id?: unknown } | null, collection: string): Enumeration {
	if (document === null) {
		throw new Fault("data", `${collection}: there is no config document (_id "config")`, {
			hint: "`tangles init` makes it; see that database and collection are named rightly",
		});
	}
	const read = checkDocument(CONFIG, document, collection, RECOVER);
	return {
		completedTcn: read.current_completed_tcn,
		maxTcn: read.max_tcn,
		epoch: read.epoch ?? 0,
		baseline: read.work,
	};
}

/** The same, as far as it can be read. */
export function readConfig(document: object): ConfigSnapshot {
	const { fields, wrong } = readFields(FIELDS, document);
	return {
		completedTcn: fields.current_completed_tcn,
		maxTcn: fields.max_tcn,
		epoch: wrong.some(({ field }) => field === "epoch") ? undefined : (fields.epoch ?? 0),
		baseline: fields.work,
		restart: fields.restart,
		wrong,
	};
}

/**
 * The config document's epoch, also where other fields are wrong. Throws a Fault "data" where it is missing or none.
 */
export function epochOf(document: { readonly _id?: unknown } | null, collection: string): number {
	return (document && readConfig(document).epoch) ?? enumerationOf(document, collection).epoch;
}
