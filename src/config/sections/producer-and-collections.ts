import type { ProducerSettings } from "../../enumeration/produce/settings.ts";
import type { BatchesConfig, TanglesConfig } from "../config.ts";
import type { ReaderContext } from "../reader-context.ts";
import { collectionName } from "../values/mongo-names.ts";
import { duration, MOST_32_BITS, name, wholeNumber } from "../values/schemas.ts";
import { Section } from "./section.ts";

export const TANGLES_KEYS = {
	stencil_col_name: collectionName,
	col_name: collectionName,
	page_size: wholeNumber(1, MOST_32_BITS),
};

export const PRODUCER_KEYS = {
	headroom: wholeNumber(1),
	poll: duration,
	window: wholeNumber(1, 64),
	chunk: wholeNumber(1, 5000),
	patience: duration,
};

export const BATCHES_KEYS = { col_name: collectionName, "stop-event": name };

/** Where the producer's documents are, and where the components' batches: three collections that must differ. */
export function readCollections(context: ReaderContext): { tangles: TanglesConfig; batches: BatchesConfig } {
	const tangles = new Section(context, ["tangle-collections"], TANGLES_KEYS);
	const stencilCollection = tangles.or("stencil_col_name", "arborescent_stencils");
	const tangleCollection = tangles.or("col_name", "arborescent_tangles");
	const same = (other: string) => `is the same collection as ${other}; expected different ones`;
	if (stencilCollection === tangleCollection) {
		const key = tangles.has("col_name") ? "col_name" : "stencil_col_name";
		tangles.fault([key], same(key === "col_name" ? "stencil_col_name" : "col_name"));
	}
	const batches = new Section(context, ["batches"], BATCHES_KEYS);
	const collection = batches.or("col_name", "batches");
	// An existing file knows nothing of batches, so their default never makes it wrong.
	if (batches.has("col_name") && [stencilCollection, tangleCollection].includes(collection)) {
		batches.fault(["col_name"], same("one of tangle-collections"));
	}
	return {
		tangles: { stencilCollection, tangleCollection, pageSize: tangles.or("page_size", 500) },
		batches: { collection, stopEvent: batches.or("stop-event", "Manually_stopped") },
	};
}

/** How the producer pushes. */
export function readProducer(context: ReaderContext): ProducerSettings {
	const section = new Section(context, ["producer"], PRODUCER_KEYS);
	return {
		headroom: section.or("headroom", 100_000),
		pollMs: section.or("poll", 3000),
		window: section.or("window", 8),
		chunk: section.or("chunk", 1000),
		patienceMs: section.or("patience", 60_000),
	};
}
