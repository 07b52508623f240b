/** A module that runs as it is, for `--new`. Its types are written out, because it is to need nothing beside it. */
export const TEMPLATE = `// A component's work on one batch, for: tangles component NAME --module THIS_FILE
// tangles holds the batch's lock while this runs, records what is reported here as an event, and stops it with the
// lock.

/** The batch, as the database has it; times are ISO 8601. */
interface Batch {
	/** Full id, such as "B400022028241-RT1". */
	readonly _id: string;
	readonly batch_id: string;
	readonly round_trip: number;
	readonly type: string;
	readonly created: string;
	readonly modified: string;
	/** What happened to it so far, in the order of recording. */
	readonly events: readonly Event[];
	/** The other round trips of the batch; their events have no details. */
	readonly siblings: readonly { readonly round_trip: number; readonly events: readonly Omit<Event, "details">[] }[];
}

interface Event {
	readonly type: string;
	readonly success: boolean;
	readonly time: string;
	readonly agent: string;
	readonly details: string;
}

/** One thing that is wrong with the batch. Every field may be left out. */
interface Failure {
	/** The file it is about. */
	readonly filereference?: string;
	/** A word of your own to sort failures by, such as "checksum". */
	readonly type?: string;
	readonly description?: string;
	readonly details?: string;
}

interface Report {
	/** Notes a failure; with one or more the batch counts as failed. */
	failure(failure: Failure): void;
	/** Records an event on another round trip, together with the outcome. */
	event(event: { round_trip: number; type: string; success: boolean; details?: string }): void;
	/** false: no event is recorded, and the batch is taken again by the next run. */
	preservable(value: boolean): void;
}

// What is thrown counts as a failure of type "exception". What is printed goes to the log, the batch's id in front.
// "signal" aborts when the work is asked to stop; five seconds later it is killed.
export default async (batch: Batch, report: Report, signal: AbortSignal): Promise<void> => {
	console.log(\`\${batch._id} is of type \${batch.type} and has \${batch.events.length} events\`);
	signal.throwIfAborted();
	if (batch.round_trip > 100) {
		report.failure({ type: "round-trip", description: \`round trip \${batch.round_trip} is hardly meant\` });
	}
};
`;
