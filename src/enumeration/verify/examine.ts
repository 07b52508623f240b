import { Numbering } from "../tangles/grammar/numbering.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import type { StoredTangle } from "./findings.ts";
import { hasAttributes, recognize } from "./tangle-check.ts";

/** The stored tangles, as the proof of a TCN needs them. */
export interface TangleSource {
	/** Cuts the tangles of a TCN into parts, to be read by whom and in whatever order; each text is for `of`. */
	parts(TCN: number): Promise<readonly string[]>;
	/** The tangles of a part, in batches, as they are. */
	of(TCN: number, part: string): AsyncIterable<readonly StoredTangle[]>;
	/**
	 * Looks at each tangle of a part, and gives how many, batch by batch; throws a Fault "data" where one is not what its
	 * notation says.
	 */
	checked(TCN: number, part: string): AsyncIterable<number>;
	/** The stored tangles with these notations, of any TCN. */
	named(notations: readonly string[]): Promise<readonly StoredTangle[]>;
}

/** One part of what is stored, to be looked at. */
export interface ExamineTask {
	/** `below`: the tangles are grafted next, so they must be what they say; `checking`: they are proved to be all. */
	readonly step: "below" | "checking";
	readonly tcn: number;
	readonly part: string;
	/** True where the number of each tangle is asked for. */
	readonly numbered: boolean;
}

/** What a look at a batch of stored tangles gave. The number of a tangle is -1 where it was not asked for. */
export interface Examined {
	readonly count: number;
	/** Numbers of the tangles that are as they should be. */
	readonly right: readonly number[];
	readonly wrong: readonly {
		readonly number: number;
		readonly stored: StoredTangle;
		readonly computed: TangleFields;
	}[];
	/** Those that are no tangle of the TCN. */
	readonly strange: readonly StoredTangle[];
}

/** Does the looking for a proof, one task at a time. */
export interface Examiner {
	/** A task's batches; of `below`, their sizes alone. Throws what `TangleSource` throws. */
	examine(task: ExamineTask): AsyncIterable<Examined>;
}

/** An examiner that reads and judges in this process. */
export class OwnExaminer implements Examiner {
	readonly #stored: TangleSource;
	#numbering: { readonly tcn: number; readonly of: Numbering } | undefined;

	constructor(stored: TangleSource) {
		this.#stored = stored;
	}

	async *examine({ step, tcn, part, numbered }: ExamineTask): AsyncGenerator<Examined, void, undefined> {
		if (step === "below") {
			for await (const count of this.#stored.checked(tcn, part)) yield { count, right: [], wrong: [], strange: [] };
			return;
		}
		if (numbered && this.#numbering?.tcn !== tcn) this.#numbering = { tcn, of: new Numbering(tcn) };
		const numbering = numbered ? this.#numbering?.of : undefined;
		for await (const batch of this.#stored.of(tcn, part)) yield judge(batch, tcn, numbering);
	}
}

function judge(batch: readonly StoredTangle[], tcn: number, numbering: Numbering | undefined): Examined {
	const right: number[] = [];
	const wrong: Examined["wrong"][number][] = [];
	const strange: StoredTangle[] = [];
	for (const stored of batch) {
		const recognized = recognize(stored.notation);
		if (recognized.root === undefined || recognized.computed.TCN !== tcn) {
			strange.push(stored);
			continue;
		}
		const { root, computed } = recognized;
		const number = numbering?.numberOf(root, computed.positivity) ?? -1;
		if (hasAttributes(stored, computed)) right.push(number);
		else wrong.push({ number, stored, computed });
	}
	return { count: batch.length, right, wrong, strange };
}
