import { countTangles } from "../tangles/grammar/counts.ts";
import { Numbering } from "../tangles/grammar/numbering.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import type { Examined } from "./examine.ts";
import type { ProofFinding, StoredTangle } from "./findings.ts";
import { NumberSet } from "./number-set.ts";

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
 * The proof that a TCN is complete, fed with what a look at the stored tangles of the TCN gave: each is a tangle of it
 * with the right attributes, none comes twice, and they are as many as there are by the formula. All of them have to be
 * `add`ed in every pass, 0 .. `passes` - 1, in any order; the memory is that of one pass.
 *
 *     startPass(0) -> add* -> unseen, noteUnseen* -> startPass(1) -> add* -> ... -> result
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

	/** Takes what a look at some stored tangles gave: in the pass that a number belongs to, the rest in the first. */
	add({ count, right, wrong, strange }: Examined): void {
		if (this.#pass === 0) {
			this.#stored += count;
			for (const stored of strange) this.#note({ kind: "extra", stored });
		}
		for (const number of right) {
			if (this.#isOfPass(number) && !this.#isNew(number)) this.#noteCopy(number);
		}
		for (const { number, stored, computed } of wrong) {
			if (!this.#isOfPass(number)) continue;
			this.#note(this.#isNew(number) ? { kind: "wrong", stored, computed } : { kind: "extra", stored });
		}
	}

	#isOfPass(number: number): boolean {
		return this.#numbers?.covers(number) ?? true;
	}

	/** Without a set no number is known to have come before. */
	#isNew(number: number): boolean {
		const isNew = this.#numbers?.add(number) ?? true;
		if (isNew) this.#distinct += 1;
		return isNew;
	}

	#noteCopy(number: number): void {
		const stored = this.#numbering?.tangleOf(number);
		if (stored !== undefined) this.#note({ kind: "extra", stored });
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
		// Parts come in any order; the same set is to read the same.
		const findings = this.#findings.toSorted((a, b) => (notationOf(a) < notationOf(b) ? -1 : 1));
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

function notationOf(finding: ProofFinding): string {
	return finding.kind === "missing" ? finding.computed.notation : finding.stored.notation;
}
