import { countTangles } from "../tangles/grammar/counts.ts";
import { Numbering } from "../tangles/grammar/numbering.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import type { ProofFinding, StoredTangle } from "./findings.ts";
import { NumberSet } from "./number-set.ts";
import { hasAttributes, recognize } from "./tangle-check.ts";

/** The most findings that are kept; further ones are only counted. */
export const MOST_KEPT = 10_000;

/** What the proof of a TCN has found. */
export interface Proof {
	readonly tcn: number;
	/** Number of tangles that there are, by the formula. */
	readonly computed: number;
	/** Number of tangles that are stored under this TCN. */
	readonly stored: number;
	readonly missing: number;
	readonly extra: number;
	readonly wrong: number;
	/** The first of them; `left_out` more are counted above. */
	readonly findings: readonly ProofFinding[];
	readonly left_out: number;
}

/** What a proof tells apart: `full` names what is missing; `count` is without a set of numbers and only counts it. */
export interface ProofSettings {
	readonly tcn: number;
	readonly detail: "full" | "count";
	/** For the set of numbers: more of it than this is done in several passes. */
	readonly memoryBytes: number;
}

/**
 * The proof that a TCN is complete, fed with the stored tangles of the TCN: each is a tangle of it with the right
 * attributes, none comes twice, and they are as many as there are by the formula. All of them have to be `check`ed in
 * every pass, 0 .. `passes` - 1, in any order; the memory is that of one pass.
 *
 *     startPass(0) -> check* -> startPass(1) -> check* -> ... -> missing numbers of a pass: nameMissing, before the
 * next
 *
 * Without a set ("count") a tangle that is stored twice is not noticed: the caller knows that there is none.
 */
export class TcnProof {
	readonly tcn: number;
	readonly passes: number;
	/** Number of tangles that there are, by the formula. */
	readonly computed: number;
	readonly #numbering: Numbering | undefined;
	readonly #numbersOfPass: number;
	readonly #counts = { missing: 0, extra: 0, wrong: 0 };
	readonly #findings: ProofFinding[] = [];
	#numbers: NumberSet | undefined;
	#pass = 0;
	#stored = 0;
	#distinct = 0;
	#elsewhere = 0;

	/** Throws a RangeError for a TCN beyond MOST_NUMBERED_TCN. */
	constructor({ tcn, detail, memoryBytes }: ProofSettings) {
		this.tcn = tcn;
		this.computed = Number(countTangles(tcn).at(-1)?.total ?? 0n);
		this.#numbering = detail === "full" ? new Numbering(tcn) : undefined;
		const numbers = this.#numbering?.size ?? 0;
		this.#numbersOfPass = Math.max(8 * Math.floor(memoryBytes), 8);
		this.passes = Math.max(1, Math.ceil(numbers / this.#numbersOfPass));
	}

	/** Begins pass `pass`, and forgets the numbers of the one before. */
	startPass(pass: number): void {
		this.#pass = pass;
		if (this.#numbering === undefined) return;
		const from = pass * this.#numbersOfPass;
		this.#numbers = undefined;
		this.#numbers = new NumberSet(from, Math.min(from + this.#numbersOfPass, this.#numbering.size));
	}

	/** Judges one stored tangle, in the pass that its number belongs to; a text without a number in the first. */
	check(stored: StoredTangle): void {
		const first = this.#pass === 0;
		if (first) this.#stored += 1;
		const recognized = recognize(stored.notation);
		if (recognized.root === undefined || recognized.computed.TCN !== this.tcn) {
			if (first) this.#note({ kind: "extra", stored });
			return;
		}
		const { root, computed } = recognized;
		if (this.#numbering !== undefined && this.#numbers !== undefined) {
			const number = this.#numbering.numberOf(root, computed.positivity);
			if (!this.#numbers.covers(number)) return;
			if (!this.#numbers.add(number)) {
				this.#note({ kind: "extra", stored });
				return;
			}
		}
		this.#distinct += 1;
		if (!hasAttributes(stored, computed)) this.#note({ kind: "wrong", stored, computed });
	}

	/** Tangles of the numbers of this pass that did not come; few are computed as long as few are asked for. */
	*unseen(): Generator<TangleFields, void, undefined> {
		if (this.#numbering === undefined || this.#numbers === undefined) return;
		if (this.passes === 1 && this.#distinct === this.computed) return;
		for (const number of this.#numbers.missing()) {
			const tangle = this.#numbering.tangleOf(number);
			if (tangle !== undefined) yield tangle;
		}
	}

	/** True as long as a further finding is kept. */
	get keeps(): boolean {
		return this.#findings.length < MOST_KEPT;
	}

	/** A tangle that did not come, and what is stored of that name under another TCN, if anything. */
	noteUnseen(computed: TangleFields, elsewhere: StoredTangle | undefined): void {
		if (elsewhere === undefined) {
			if (this.keeps) this.#findings.push({ kind: "missing", computed });
			return;
		}
		this.#elsewhere += 1;
		this.#note({ kind: "wrong", stored: elsewhere, computed });
	}

	/** After the last pass. */
	result(): Proof {
		const counts = { ...this.#counts, missing: this.computed - this.#distinct - this.#elsewhere };
		const all = counts.missing + counts.extra + counts.wrong;
		const findings = this.#findings;
		return {
			...{ tcn: this.tcn, computed: this.computed, stored: this.#stored },
			...counts,
			...{ findings, left_out: all - findings.length },
		};
	}

	#note(finding: ProofFinding): void {
		this.#counts[finding.kind] += 1;
		if (this.keeps) this.#findings.push(finding);
	}
}
