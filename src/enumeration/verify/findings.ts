import type { TangleFields } from "../tangles/tangle.ts";

/** A tangle as its document has it, right or wrong. */
export interface StoredTangle {
	readonly notation: string;
	readonly TCN: unknown;
	readonly is_good: unknown;
	readonly positivity: unknown;
}

/** One difference between the tangles of a TCN and those that are stored. */
export type ProofFinding =
	/** A tangle of the TCN, not stored. */
	| { readonly kind: "missing"; readonly computed: TangleFields }
	/** Stored under the TCN and no tangle of it; or stored a second time. */
	| { readonly kind: "extra"; readonly stored: StoredTangle }
	/** A stored tangle of the TCN with wrong attributes. */
	| { readonly kind: "wrong"; readonly stored: StoredTangle; readonly computed: TangleFields };
