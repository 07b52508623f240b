import type { Positivity, TangleFields } from "../tangles/tangle.ts";

/** A tangle as its document has it, right or wrong. */
export interface StoredTangle {
	readonly notation: string;
	readonly TCN: unknown;
	readonly is_good: unknown;
	readonly positivity: unknown;
}

/** One difference between the tangles that were computed and those that are stored. */
export type Finding =
	/** Computed, not stored. */
	| { readonly kind: "missing"; readonly computed: TangleFields }
	/** Stored, not computed; or stored a second time. */
	| { readonly kind: "extra"; readonly stored: StoredTangle }
	/** Both, with different attributes. */
	| { readonly kind: "wrong"; readonly stored: StoredTangle; readonly computed: TangleFields };

const POSITIVITIES: readonly Positivity[] = ["neutral", "positive", "negative"];
const GOOD = 4;
const SEEN = 8;

/**
 * The stored tangles of one TCN against those that were computed, by notation. First `expect` all that were computed, then
 * `check` all that are stored, then ask for what is `missing`. A tangle is a notation and one number here, 0.15 KB, so
 * that millions fit into memory.
 */
export class Comparison {
	readonly #TCN: number;
	/** Place in POSITIVITIES, + GOOD, + SEEN. */
	readonly #computed = new Map<string, number>();

	constructor(TCN: number) {
		this.#TCN = TCN;
	}

	/** Number of distinct tangles that were computed. */
	get size(): number {
		return this.#computed.size;
	}

	/** Adds a tangle that was computed; repeated ones do no harm. */
	expect({ notation, is_good, positivity }: TangleFields): void {
		this.#computed.set(notation, POSITIVITIES.indexOf(positivity) + (is_good ? GOOD : 0));
	}

	/** What is wrong with a stored tangle; undefined where nothing is. */
	check(stored: StoredTangle): Finding | undefined {
		const packed = this.#computed.get(stored.notation);
		if (packed === undefined || packed >= SEEN) return { kind: "extra", stored };
		this.#computed.set(stored.notation, packed + SEEN);
		const computed = this.#unpack(stored.notation, packed);
		const same =
			stored.TCN === computed.TCN && stored.is_good === computed.is_good && stored.positivity === computed.positivity;
		return same ? undefined : { kind: "wrong", stored, computed };
	}

	/** What was computed and not checked so far, in the order in which it was computed. */
	*missing(): Generator<Extract<Finding, { kind: "missing" }>, void, undefined> {
		for (const [notation, packed] of this.#computed) {
			if (packed < SEEN) yield { kind: "missing", computed: this.#unpack(notation, packed) };
		}
	}

	#unpack(notation: string, packed: number): TangleFields {
		const positivity = POSITIVITIES[packed % GOOD] ?? "neutral";
		return { notation, TCN: this.#TCN, is_good: packed % SEEN >= GOOD, positivity };
	}
}
