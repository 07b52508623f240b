import { isOfQuery, type TableQuery } from "../export/table.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import { NumberSet } from "../verify/number-set.ts";
import { recognize } from "../verify/tangle-check.ts";
import type { TableFinding, TableFindingCounts, TablePlace } from "./findings.ts";
import { NumberSpace } from "./number-space.ts";
import type { TableEntry } from "./table-entry.ts";

/** The most findings that are kept; further ones are only counted. */
const MOST_KEPT = 10_000;

export interface ComparisonSettings {
	/** The stored tangles that are compared: all that the table should have. */
	readonly query: TableQuery;
	/** Tangles of the table that this does not take are passed over: they are not asked about. */
	readonly asked: TableQuery;
	/** For the set of numbers: more of it than this is done in several passes. */
	readonly memoryBytes: number;
}

/** A TCN in both. `table` and `stored` are tangles of the query, each once. */
export interface ComparedTcn {
	readonly tcn: number;
	readonly table: number;
	readonly stored: number;
	readonly missing: number;
	readonly extra: number;
}

/** What a comparison has found. */
export interface ComparisonResult extends TableFindingCounts {
	/** Entries of the table, as they stand there. */
	readonly entries: number;
	/** Of these, entries that were not asked about. */
	readonly passed_over: number;
	readonly stored: number;
	readonly tcns: readonly ComparedTcn[];
	/** The first of them; `left_out` more are counted above. */
	readonly findings: readonly TableFinding[];
	readonly left_out: number;
}

/**
 * The comparison of the stored tangles with a table, in any order of either. A tangle that the table names sets the bit
 * of its number, where it was not set before; a stored one clears it. So what is stored and clears nothing is missing in
 * the table, and the bits that are left are what the table has beyond. What has no number is judged by itself, in the
 * first pass.
 *
 *     startPass(0) -> addEntry* -> addStored* -> unstored -> startPass(1) -> ... -> result
 *
 * Every pass is given all entries, and at least the stored tangles of the TCNs `tcns`. No tangle is stored twice: the
 * unique index on `notation` has to be there.
 */
export class Comparison {
	readonly passes: number;
	readonly #settings: ComparisonSettings;
	readonly #space: NumberSpace;
	readonly #numbersOfPass: number;
	readonly #counts = { missing: 0, extra: 0, doubled: 0, malformed: 0, wrong: 0, foreign: 0 };
	readonly #findings: TableFinding[] = [];
	readonly #tcns = new Map<number, { table: number; stored: number; matched: number; numberless: number }>();
	#numbers = new NumberSet(0, 0);
	#isFirst = true;
	/** Stored tangles without a number were judged up to this TCN. */
	#judgedTo = Number.NEGATIVE_INFINITY;
	#tcnsOfPass: readonly [from: number, to: number] = [0, Number.NEGATIVE_INFINITY];
	#entries = 0;
	#passedOver = 0;

	constructor(settings: ComparisonSettings) {
		const { from_tcn, to_tcn } = settings.query;
		this.#settings = settings;
		this.#space = new NumberSpace(from_tcn, to_tcn);
		this.#numbersOfPass = Math.max(8 * Math.floor(settings.memoryBytes), 8);
		this.passes = Math.max(1, Math.ceil(this.#space.size / this.#numbersOfPass));
		for (let tcn = from_tcn; tcn <= to_tcn; tcn += 1) {
			this.#tcns.set(tcn, { table: 0, stored: 0, matched: 0, numberless: 0 });
		}
	}

	startPass(pass: number): void {
		const from = pass * this.#numbersOfPass;
		const to = Math.min(from + this.#numbersOfPass, this.#space.size);
		this.#isFirst = pass === 0;
		this.#numbers = new NumberSet(0, 0);
		this.#numbers = new NumberSet(from, to);
		this.#judgedTo = this.#tcnsOfPass[1];
		this.#tcnsOfPass = this.#space.tcnsOf(from, to);
	}

	/** The TCNs whose stored tangles this pass needs: the least and the greatest. */
	get tcns(): readonly [from: number, to: number] {
		return this.#tcnsOfPass;
	}

	/** An entry of the table's file `file`. */
	addEntry(file: string, { offset, notation, said, unreadable }: TableEntry): void {
		const at = { file, offset };
		if (this.#isFirst) this.#entries += 1;
		const recognized = unreadable === undefined ? recognize(notation) : undefined;
		if (recognized?.root === undefined) {
			this.#addNoTangle({ notation, at }, unreadable ?? recognized?.why ?? "", recognized?.isTree === true);
			return;
		}
		const { root, computed } = recognized;
		const { asked, query } = this.#settings;
		if (!isOfQuery(asked, computed)) {
			if (this.#isFirst) this.#passedOver += 1;
			return;
		}
		const number = isOfQuery(query, computed) ? this.#space.numberOf(root, computed) : undefined;
		const tcn = this.#tcns.get(computed.TCN);
		if (number === undefined) {
			if (!this.#isFirst) return;
			if (tcn !== undefined) tcn.numberless += 1;
			this.#note({ kind: "extra", notation, TCN: computed.TCN, why: "none of what is compared", at });
			return;
		}
		if (!this.#numbers.covers(number)) return;
		if (!this.#numbers.add(number)) this.#note({ kind: "doubled", notation, TCN: computed.TCN, at });
		else if (tcn !== undefined) tcn.table += 1;
		const names = ["TCN", "is_good", "positivity"] as const;
		if (names.some((name) => said[name] !== undefined && said[name] !== computed[name])) {
			this.#note({ kind: "wrong", notation, TCN: computed.TCN, said, computed, at });
		}
	}

	/** A stored tangle of the query; its attributes are those of its notation. */
	addStored(stored: TangleFields): void {
		const { notation, TCN } = stored;
		const tcn = this.#tcns.get(TCN);
		if (tcn === undefined) return;
		const recognized = recognize(notation);
		if (recognized.root === undefined) {
			if (TCN <= this.#judgedTo) return;
			tcn.stored += 1;
			this.#note({ kind: "foreign", notation, TCN, why: recognized.why });
			return;
		}
		const number = this.#space.numberOf(recognized.root, stored);
		if (number === undefined || !this.#numbers.covers(number)) return;
		tcn.stored += 1;
		if (this.#numbers.delete(number)) tcn.matched += 1;
		else this.#note({ kind: "missing", notation, TCN });
	}

	/** What the table has of this pass and `addStored` was not given: as many as are kept as findings. */
	*unstored(): Generator<TangleFields, void, undefined> {
		for (const number of this.#numbers.present()) {
			if (this.#findings.length >= MOST_KEPT) return;
			const tangle = this.#space.tangleOf(number);
			if (tangle !== undefined) yield tangle;
		}
	}

	/** Such a tangle, looked for once more by name: `isStored` where it was stored while the comparison ran. */
	noteUnstored({ notation, TCN }: TangleFields, isStored: boolean): void {
		const tcn = this.#tcns.get(TCN);
		if (tcn !== undefined && isStored) {
			tcn.stored += 1;
			tcn.matched += 1;
		} else if (this.#findings.length < MOST_KEPT) this.#findings.push({ kind: "extra", notation, TCN });
	}

	/** After the last pass. */
	result(): ComparisonResult {
		const tcns = [...this.#tcns].map(([tcn, { table, stored, matched, numberless }]) => {
			const counts = { table: table + numberless, stored, missing: stored - matched };
			return { tcn, ...counts, extra: table - matched + numberless };
		});
		const unstored = [...this.#tcns.values()].reduce((sum, { table, matched }) => sum + table - matched, 0);
		const counts = { ...this.#counts, extra: this.#counts.extra + unstored };
		const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
		return {
			...{ entries: this.#entries, passed_over: this.#passedOver },
			stored: tcns.reduce((sum, { stored }) => sum + stored, 0),
			...counts,
			tcns,
			...{ findings: this.#findings, left_out: all - this.#findings.length },
		};
	}

	/** An entry that is no notation, or that of a tree which the enumeration does not have. */
	#addNoTangle(entry: { readonly notation: string; readonly at: TablePlace }, why: string, isTree: boolean): void {
		if (!this.#isFirst) return;
		if (isTree) this.#note({ kind: "extra", ...entry, TCN: null, why: `no tangle of the enumeration: ${why}` });
		else this.#note({ kind: "malformed", ...entry, why });
	}

	#note(finding: TableFinding): void {
		this.#counts[finding.kind] += 1;
		if (this.#findings.length < MOST_KEPT) this.#findings.push(finding);
	}
}
