import type { Document } from "mongodb";

/** What makes the document of `B1-RT1`, with one event, malformed, and the field that is then named. */
export interface Damage {
	readonly set: Document;
	readonly field: string;
	readonly says: string;
}

/** Each spoils a document in another way; none touches what the query goes by. */
export const DAMAGES: readonly (readonly [string, Damage])[] = [
	[
		"an event's time that is a text",
		{
			set: { "events.0.time": "yesterday" },
			field: "events.0.time",
			says: 'events.0.time is not a date (found "yesterday")',
		},
	],
	["a type that is a number", { set: { type: 5 }, field: "type", says: "type is not a text (found 5)" }],
	[
		"a success that is a text",
		{
			set: { "events.0.success": "true" },
			field: "events.0.success",
			says: 'events.0.success is neither true nor false (found "true")',
		},
	],
	[
		"another round trip",
		{ set: { round_trip: 2 }, field: "round_trip", says: "round_trip is not 1 as in _id (found 2)" },
	],
	[
		"a batch id of another",
		{ set: { batch_id: "7" }, field: "batch_id", says: 'batch_id is not "1" as in _id (found "7")' },
	],
	["no time of change", { set: { modified: null }, field: "modified", says: "modified is not a date (found null)" }],
	[
		"a creation time that is a text",
		{ set: { created: "2026-01-01" }, field: "created", says: 'created is not a date (found "2026-01-01")' },
	],
	[
		"an event that is a text",
		{ set: { "events.0": "done" }, field: "events.0", says: 'events.0 is not an event (found "done")' },
	],
	[
		"events that are no list",
		{ set: { events: "none" }, field: "events", says: 'events is not a list of events (found "none")' },
	],
	["a negative version", { set: { version: -1 }, field: "version", says: "version is not a whole number from 0 on" }],
	["a claim that is a text", { set: { claim: "1" }, field: "claim", says: "claim is not a whole number from 0 on" }],
	["a taker without a claim", { set: { takers: [{}] }, field: "takers.0.component", says: "takers.0.component" }],
];
