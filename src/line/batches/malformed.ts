import { Fault } from "../../base/fault.ts";
import type { Batch } from "./batch.ts";

/** A document with thousands of events may have as many faults: a message names the first ones. */
const MOST_NAMED = 5;

/** A field that is not what it must be. */
export interface WrongBatchField {
	/** Path of the field, such as `events.0.time`. */
	readonly field: string;
	/** What is wrong, the field's path in front: `events.0.time is not a date (found "yesterday")`. */
	readonly text: string;
}

/**
 * A document of the batch collection that is not a batch. Only a person can correct it, and it does not
 * keep the batches around it from being read: every reader says what it does with one.
 */
export class Malformed {
	/** Its `_id`, as text whatever its type. */
	readonly id: string;
	/** Its place in a list. */
	readonly place: Place;
	readonly wrong: readonly WrongBatchField[];
	readonly #where: string;
	readonly #hint: string;

	/** `where` names collection and document, `hint` says how to correct the fields. */
	constructor(
		{ id, place, where }: { readonly id: string; readonly place: Place; readonly where: string },
		wrong: readonly WrongBatchField[],
		hint: string,
	) {
		this.id = id;
		this.place = place;
		this.wrong = wrong;
		this.#where = where;
		this.#hint = hint;
	}

	/** What is wrong with its fields, on one line; of many the first. */
	get why(): string {
		const more = this.wrong.length > MOST_NAMED ? `; and ${this.wrong.length - MOST_NAMED} more` : "";
		return `${this.wrong
			.slice(0, MOST_NAMED)
			.map(({ text }) => text)
			.join("; ")}${more}`;
	}

	/** The Fault "data" that names collection, `_id`, each field, and how to correct it. */
	fault(): Fault {
		return new Fault("data", `${this.#where}: ${this.why}`, { hint: this.#hint });
	}
}

/**
 * Where a list goes on, which is in the order of the first event, then of `created`, then of `_id`: as the document has
 * them, which another program may have changed without the fields that follow from it.
 */
export interface Place {
	/** Undefined for what has no date there: that comes first. */
	readonly firstEvent: Date | undefined;
	/** The same. */
	readonly created: Date | undefined;
	readonly id: string;
}

/** What the batch collection holds. */
export type Stored = Batch | Malformed;

export const isBatch = (stored: Stored): stored is Batch => !(stored instanceof Malformed);

/** A part of a list. */
export interface Page {
	readonly batches: readonly Stored[];
	/** Where the next part begins; undefined where there is none. */
	readonly next: Place | undefined;
}
