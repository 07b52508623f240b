import { countTangles } from "../tangles/grammar/counts.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import type { StoredTangle } from "./findings.ts";
import { type Proof, type ProofSettings, TcnProof } from "./proof.ts";

/** Missing tangles that are looked for under another TCN at a time. */
const LOOKED_FOR = 500;

/** The stored tangles, as the proof of a TCN needs them. */
export interface TangleSource {
	/**
	 * Looks at each tangle of a TCN, and gives how many, batch by batch; throws a Fault "data" where one is not what its
	 * notation says.
	 */
	checked(TCN: number): AsyncIterable<number>;
	/** All tangles of a TCN, in batches, as they are. */
	of(TCN: number): AsyncIterable<readonly StoredTangle[]>;
	/** The stored tangles with these notations, of any TCN. */
	named(notations: readonly string[]): Promise<readonly StoredTangle[]>;
}

/**
 * How far a proof is, in tangles of all passes; `total` is as many as there should be. `naming` looks for what is
 * missing.
 */
export interface ProofProgress {
	readonly step: "below" | "checking" | "naming";
	readonly done: number;
	readonly total: number;
}

/**
 * Proves a TCN complete, or finds what is wrong with it. Before that it looks at the tangles of lower TCN, which the
 * next jobs graft: one that is not what its notation says is a Fault "data".
 */
export async function prove(
	stored: TangleSource,
	settings: ProofSettings,
	report: (progress: ProofProgress) => void,
): Promise<Proof> {
	const { tcn } = settings;
	const proof = new TcnProof(settings);
	const below = countTangles(tcn - 1).filter((counts) => counts.tcn >= 1);
	const total = below.reduce((sum, counts) => sum + Number(counts.total), proof.passes * proof.computed);
	let done = 0;
	report({ step: "below", done, total });
	for (let lower = 1; lower < tcn; lower += 1) {
		for await (const count of stored.checked(lower)) {
			done += count;
			report({ step: "below", done, total });
		}
	}
	for (let pass = 0; pass < proof.passes; pass += 1) {
		proof.startPass(pass);
		for await (const batch of stored.of(tcn)) {
			for (const tangle of batch) proof.check(tangle);
			done += batch.length;
			report({ step: "checking", done, total });
		}
		report({ step: "naming", done, total });
		await nameUnseen(proof, stored);
	}
	return proof.result();
}

/** Names the tangles of a pass that did not come, as many as are kept. */
async function nameUnseen(proof: TcnProof, stored: TangleSource): Promise<void> {
	let some: TangleFields[] = [];
	const look = async () => {
		const elsewhere = await stored.named(some.map(({ notation }) => notation));
		const byNotation = new Map(elsewhere.map((tangle) => [tangle.notation, tangle]));
		for (const tangle of some) proof.noteUnseen(tangle, byNotation.get(tangle.notation));
		some = [];
	};
	for (const tangle of proof.unseen()) {
		if (!proof.keeps) return;
		some.push(tangle);
		if (some.length === LOOKED_FOR) await look();
	}
	if (some.length > 0) await look();
}
