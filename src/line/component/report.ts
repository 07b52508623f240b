import * as v from "valibot";
import { isName, NAME_RULE } from "../batches/names.ts";

/** One thing that is wrong with a batch. */
export interface Failure {
	/** The file it is about, or empty. */
	readonly filereference: string;
	/** `exception` and `timeout` are ours; a component has types of its own. */
	readonly type: string;
	/** The component that reports it: `<name>-<version>`. */
	readonly component: string;
	readonly description: string;
	readonly details: string;
}

/** What became of the work on one batch; as JSON, the details of its event. */
export interface WorkReport {
	readonly tool: string;
	readonly version: string;
	readonly outcome: "Success" | "Failure";
	/** Start of the work, ISO 8601. */
	readonly date: string;
	readonly duration_ms: number;
	readonly failures: readonly Failure[];
	/** How many failures there were beside those that are kept. */
	readonly failures_left_out?: number;
	/** False: no event is recorded. */
	readonly preservable: boolean;
	/** Events for other round trips of the batch, recorded with this outcome; not in the details of its event. */
	readonly events?: readonly SiblingEvent[];
}

/** An event that the work has for another round trip of its batch. */
export interface SiblingEvent {
	readonly round_trip: number;
	readonly type: string;
	readonly success: boolean;
	readonly details: string;
}

/** A report may have so many events for other round trips, each with details of so many letters. */
const MOST_EVENTS = 100;
const LONGEST_DETAILS = 1000;

const ROUND_TRIP = "is not the number of a round trip";
const text = v.optional(v.string("is not text"), "");

const WRITTEN = v.object({
	tool: v.optional(v.string("is not text")),
	version: v.optional(v.string("is not text")),
	outcome: v.optional(v.picklist(["Success", "Failure"], "is neither Success nor Failure")),
	failures: v.optional(
		v.array(
			v.object(
				{ filereference: text, type: text, component: v.optional(v.string()), description: text, details: text },
				"is not a failure",
			),
			"is not a list",
		),
		[],
	),
	preservable: v.optional(v.boolean("is not a truth value"), true),
	events: v.optional(
		v.pipe(
			v.array(
				v.object(
					{
						round_trip: v.pipe(v.number(ROUND_TRIP), v.integer(ROUND_TRIP), v.minValue(0, ROUND_TRIP)),
						type: v.pipe(v.string("is not text"), v.check(isName, `is not a name; expected ${NAME_RULE}`)),
						success: v.boolean("is not a truth value"),
						details: v.pipe(
							text,
							v.transform((details) => details.slice(0, LONGEST_DETAILS)),
						),
					},
					"is not an event",
				),
				"is not a list",
			),
			v.maxLength(MOST_EVENTS, `has more than ${MOST_EVENTS} events`),
		),
	),
});

/** A report as the work has written it; everything in it may be left out. */
export type Written = v.InferOutput<typeof WRITTEN>;

/** Takes a report file apart; what is wrong with it, as text, where it is none. */
export function readWritten(content: string): Written | string {
	let value: unknown;
	try {
		value = JSON.parse(content);
	} catch (error) {
		return `the report is not JSON: ${(error as Error).message}`;
	}
	const read = v.safeParse(WRITTEN, value);
	if (read.success) return read.output;
	const [issue] = read.issues;
	return `the report is not what it must be: ${v.getDotPath(issue) ?? "it"} ${issue.message}`;
}
