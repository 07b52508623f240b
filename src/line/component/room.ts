import { Fault } from "../../base/fault.ts";
import type { Batch } from "../batches/batch.ts";
import type { BatchStore } from "../batches/ports.ts";
import { largestReportBytes } from "./first-failures.ts";
import type { Component } from "./ports.ts";

/** Bytes for the event's other fields, and for what a claim adds to the document. */
const BESIDE_THE_REPORT = 4096;

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** The type whose events have the longest details, their number, and their bytes. */
function largestType({ events }: Batch): { type: string; count: number; bytes: number } | undefined {
	return [...Map.groupBy(events, ({ type }) => type)]
		.map(([type, all]) => ({
			...{ type, count: all.length },
			bytes: all.reduce((sum, { details }) => sum + Buffer.byteLength(details), 0),
		}))
		.toSorted((a, b) => b.bytes - a.bytes)
		.at(0);
}

function hintFor({ otherBytes, events }: Batch, largest: ReturnType<typeof largestType>): string {
	if (largest === undefined || otherBytes > largest.bytes) {
		return `fields of other programs in its document have ${megabytes(otherBytes)}: remove them there`;
	}
	const { type, count, bytes } = largest;
	const all = count === 1 ? `the event ${type} has` : `the ${count} events ${type} have`;
	const of = events.length === count ? "" : ` (of ${events.length} in all)`;
	return `${all} ${megabytes(bytes)}${of}: remove what is not needed in mongosh, then run \`tangles init\`; commands keep what they take away`;
}

/**
 * Why the batch must not be worked on now: the largest report that the component can record would not fit into its
 * document, so that the work would be done and never recorded. Undefined where there is room.
 */
export function noRoom(store: Pick<BatchStore, "room">, batch: Batch, component: Component): Fault | undefined {
	const { name, version, event, maxResults } = component;
	const needed = largestReportBytes(maxResults) + BESIDE_THE_REPORT + Buffer.byteLength(name + version + event);
	const room = store.room(batch);
	if (room >= needed) return undefined;
	const left = room < 4096 ? "no room" : `room for ${megabytes(room)}`;
	return new Fault(
		"failed",
		`${batch.id}: its document has ${left}, and the outcome may need ${megabytes(needed)}; no work was started`,
		{ hint: hintFor(batch, largestType(batch)) },
	);
}
