/** What happened to a batch, as a station of the line recorded it. */
export interface BatchEvent {
	/** Such as `Data_Archived`. */
	readonly type: string;
	readonly success: boolean;
	readonly time: Date;
	/** Who recorded it: `<component>-<version>`, or a person's command. */
	readonly agent: string;
	/** Free text; a component's is its report as JSON. */
	readonly details: string;
	/**
	 * Version of the batch that it was recorded for: that under which the work was claimed. Other programs do not
	 * write it, and `batches event --time` does not either: such an event is compared by its time.
	 */
	readonly at_version?: number | undefined;
	/** Key of the outgoing event that it came as, from another round trip. */
	readonly from?: string | undefined;
	/** Key of its details in full, which are kept apart; `details` has their sums then. */
	readonly report?: string | undefined;
	/** The host that recorded it, where that is known. */
	readonly host?: string | undefined;
}

/** An event that a component records on another round trip, on its way there. */
export interface OutgoingEvent {
	/** Its own, so that it is recorded once. */
	readonly key: string;
	readonly component: string;
	/** Full id of the other round trip. */
	readonly to: string;
	readonly event: BatchEvent;
}

/** Who took events away or put them back, when, and why. */
export interface Note {
	/** `<user>@<host>`. */
	readonly by: string;
	readonly time: Date;
	/** Empty where none was given. */
	readonly reason: string;
}

/** What was taken away from a batch at once. */
export interface Removal extends Note {
	/** The command: `restart`, `rm-event` or `prioritize`. */
	readonly what: string;
	/** The events, each with the place where it stood; none once they are put back. */
	readonly removed: readonly { readonly at: number; readonly event: BatchEvent }[];
	/** Who put how many events back. */
	readonly undone?: (Note & { readonly events: number }) | undefined;
}

/** What the query tests and goes by, derived from the events, `modified` and `created` by `derive` alone. */
export interface Derived {
	/** Types whose newest event succeeded. */
	readonly succeeded: readonly string[];
	/** Types of which there is an event. */
	readonly seen: readonly string[];
	/** Types of which there is an event that is not older than the last change of the batch. */
	readonly current: readonly string[];
	/** The earliest time of its events, or `created` where it has none: lists and queries are in this order. */
	readonly firstEvent: Date;
}

/** Who has taken a batch, under which claim. */
export interface Taker {
	readonly component: string;
	readonly claim: number;
}

/** One batch on one of its round trips through the line. */
export interface Batch extends Derived {
	/** Full id: `B<batch id>-RT<round trip>`, such as `B400022028241-RT1`. */
	readonly id: string;
	readonly batchId: string;
	readonly roundTrip: number;
	readonly type: string;
	readonly created: Date;
	/** When its content was last changed. */
	readonly modified: Date;
	/**
	 * The version that changed it, which holds while its time is that of `modified`: other programs write `modified`
	 * alone.
	 */
	readonly touched?: { readonly time: Date; readonly version: number } | undefined;
	/** In the order in which they stand in the document; which is not always the order of their times. */
	readonly events: readonly BatchEvent[];
	/** What was taken away from `events`, the oldest first; undefined where nothing ever was. */
	readonly history?: readonly Removal[] | undefined;
	/** Events for other round trips that are not recorded there yet. */
	readonly outbox?: readonly OutgoingEvent[] | undefined;
	/** How often the batch was taken; each taker raises it. */
	readonly claim: number;
	/**
	 * The claim of each component that has taken it; a result is stored only while the one it was worked on stands here.
	 */
	readonly takers: readonly Taker[];
	/** Raised by every write; every write is conditional on it. */
	readonly version: number;
	/** Bytes that fields of other programs have in its document. */
	readonly otherBytes: number;
}

/** The conditions under which a component takes a batch; an empty list asks for nothing. */
export interface Conditions {
	/** Types whose newest event succeeded. */
	readonly past: readonly string[];
	/** Types that never happened, either way. */
	readonly future: readonly string[];
	/** Types that never happened, or only before the batch was last changed. */
	readonly old: readonly string[];
	/** Types of batch. */
	readonly types: readonly string[];
	/** Types that stop a batch: none of them has a newest event that succeeded. Nothing where this is absent. */
	readonly unless?: readonly string[];
	/** Types whose newest event failed. People ask for them, no component does. */
	readonly failed?: readonly string[] | undefined;
}
