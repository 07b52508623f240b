import type { Batch } from "./batch.ts";
import { timeline } from "./derive.ts";
import type { Malformed } from "./malformed.ts";

/** The fields of a document that `--show` names; null where it has none. */
export type ShownFields = Readonly<Record<string, unknown>>;

/** A batch of `tangles batches ls --json`. Times are ISO 8601. */
export interface ListedBatch {
	readonly id: string;
	readonly type: string;
	readonly created: string;
	readonly modified: string;
	readonly last_event?: { readonly type: string; readonly success: boolean; readonly time: string } | undefined;
	/** Where others of its document are asked for. */
	readonly fields?: ShownFields;
}

/** A document that is no batch, and what is wrong with it. */
export interface ListedMalformed {
	readonly id: string;
	readonly malformed: readonly { readonly field: string; readonly text: string }[];
}

export type Listed = ListedBatch | ListedMalformed;

/** A batch of a list; `fields` where others of its document are asked for. */
export function listed({ id, type, created, modified, events }: Batch, fields?: ShownFields): ListedBatch {
	const last = timeline(events).at(-1);
	return {
		id,
		type,
		created: created.toISOString(),
		modified: modified.toISOString(),
		last_event: last && { type: last.type, success: last.success, time: last.time.toISOString() },
		...(fields && { fields }),
	};
}

export function listedMalformed({ id, wrong }: Malformed): ListedMalformed {
	return { id, malformed: wrong.map(({ field, text }) => ({ field, text })) };
}
