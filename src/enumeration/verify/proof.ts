import { enumerate } from "../tangles/enumerate.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import { Comparison, type Finding, type StoredTangle } from "./comparison.ts";

/** Findings that are kept; what is beyond them is only counted. */
const MOST_KEPT = 10_000;
/** Missing tangles that are looked for under another TCN at a time. */
const LOOKED_FOR = 500;

/** The stored tangles, as the proof of a TCN needs them. */
export interface Stored {
	/** All tangles of a lower TCN, each what its notation says; throws a Fault "data" otherwise. */
	below(TCN: number): Promise<readonly TangleFields[]>;
	/** All tangles of the TCN in question, in batches, as they are. */
	of(TCN: number): AsyncIterable<readonly StoredTangle[]>;
	/** Those with these notations, whatever their TCN. */
	named(notations: readonly string[]): Promise<readonly StoredTangle[]>;
}

/** What the proof of a TCN has found. */
export interface Proof {
	readonly tcn: number;
	/** Number of tangles that there are, and of those that are stored under this TCN. */
	readonly computed: number;
	readonly stored: number;
	readonly missing: number;
	readonly extra: number;
	readonly wrong: number;
	/** The first of them; `left_out` more are counted above. */
	readonly findings: readonly Finding[];
	readonly left_out: number;
}

/** Computes all tangles of a TCN from those stored below, and compares them with those stored. `step` is told what is being done. */
export async function prove(TCN: number, stored: Stored, step: (what: string) => void): Promise<Proof> {
	const comparison = new Comparison(TCN);
	const counts = { missing: 0, extra: 0, wrong: 0 };
	const findings: Finding[] = [];
	const note = (finding: Finding | undefined) => {
		if (finding === undefined) return;
		counts[finding.kind] += 1;
		if (findings.length < MOST_KEPT) findings.push(finding);
	};

	step("computing");
	for await (const tangle of enumerate(TCN, (below) => stored.below(below))) comparison.expect(tangle);
	step("comparing");
	let count = 0;
	for await (const batch of stored.of(TCN)) {
		count += batch.length;
		for (const tangle of batch) note(comparison.check(tangle));
	}
	const missing = [...comparison.missing()];
	for (let from = 0; from < missing.length; from += LOOKED_FOR) {
		const some = missing.slice(from, from + LOOKED_FOR);
		const elsewhere = await stored.named(some.map(({ computed }) => computed.notation));
		const byNotation = new Map(elsewhere.map((tangle) => [tangle.notation, tangle]));
		for (const { computed } of some) {
			const found = byNotation.get(computed.notation);
			note(found === undefined ? { kind: "missing", computed } : { kind: "wrong", stored: found, computed });
		}
	}
	const all = counts.missing + counts.extra + counts.wrong;
	return { tcn: TCN, computed: comparison.size, stored: count, ...counts, findings, left_out: all - findings.length };
}
