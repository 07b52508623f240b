import { countTangles } from "../tangles/grammar/counts.ts";
import type { TangleFields } from "../tangles/tangle.ts";
import { type Examined, type Examiner, type ExamineTask, OwnExaminer, type TangleSource } from "./examine.ts";
import { type Proof, type ProofSettings, TcnProof } from "./proof.ts";

/** Missing tangles that are looked for under another TCN at a time. */
const LOOKED_FOR = 500;

/**
 * How far a proof is, in tangles of all passes; `total` is as many as there should be. `naming` looks for what is
 * missing.
 */
export interface ProofProgress {
	readonly step: "below" | "checking" | "naming";
	readonly done: number;
	readonly total: number;
}

/** Who looks at what is stored, each at a part of it at a time; without any, this process does. */
export interface ProofWith {
	readonly examiners?: readonly Examiner[];
	readonly report: (progress: ProofProgress) => void;
}

/**
 * Proves a TCN complete, or finds what is wrong with it. Before that it looks at the tangles of lower TCN, which the
 * next jobs graft: one that is not what its notation says is a Fault "data". Every part is looked at to its end, or this
 * throws.
 */
export async function prove(
	stored: TangleSource,
	settings: ProofSettings,
	{ examiners = [new OwnExaminer(stored)], report }: ProofWith,
): Promise<Proof> {
	const { tcn, detail } = settings;
	const proof = new TcnProof(settings);
	const below = countTangles(tcn - 1).filter((counts) => counts.tcn >= 1);
	const total = below.reduce((sum, counts) => sum + Number(counts.total), proof.passes * proof.computed);
	let done = 0;
	report({ step: "below", done, total });
	const examineAll = async (tcns: readonly number[], step: ExamineTask["step"]) => {
		const tasks: ExamineTask[] = [];
		for (const each of tcns) {
			const parts = await stored.parts(each);
			tasks.push(...parts.map((part) => ({ step, tcn: each, part, numbered: detail === "full" })));
		}
		await spread(tasks, examiners, (examined) => {
			if (step === "checking") proof.add(examined);
			done += examined.count;
			report({ step, done, total });
		});
	};
	await examineAll(
		below.map((counts) => counts.tcn),
		"below",
	);
	for (let pass = 0; pass < proof.passes; pass += 1) {
		proof.startPass(pass);
		await examineAll([tcn], "checking");
		report({ step: "naming", done, total });
		await nameUnseen(proof, stored);
	}
	return proof.result();
}

/** Gives each examiner the next task as soon as it is done with one. */
async function spread(
	tasks: readonly ExamineTask[],
	examiners: readonly Examiner[],
	take: (examined: Examined) => void,
): Promise<void> {
	const left = tasks.values();
	await Promise.all(
		examiners.map(async (examiner) => {
			for (const task of left) for await (const examined of examiner.examine(task)) take(examined);
		}),
	);
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
