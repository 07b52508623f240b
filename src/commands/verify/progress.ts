import type { Log } from "../../base/log.ts";
import type { Progress } from "../../cli/progress.ts";
import type { ProofProgress } from "../../enumeration/verify/prove.ts";

const LABELS: Readonly<Record<ProofProgress["step"], string>> = {
	below: "checking the tangles below",
	checking: "checking",
	naming: "naming what is missing",
};
/** A bar drawn more often than this costs more than it shows. */
const BAR_EVERY_MS = 200;

/** Reports how far a proof is: a bar on a terminal, a debug line for each step. */
export function createProofReporter(tcn: number, progress: Progress, log: Log): (state: ProofProgress) => void {
	let step: ProofProgress["step"] | undefined;
	let drawnAt = Number.NEGATIVE_INFINITY;
	return (state) => {
		if (state.step !== step) log.debug(`TCN ${tcn}: ${LABELS[state.step]}`);
		const now = performance.now();
		if (state.step === step && now - drawnAt < BAR_EVERY_MS) return;
		step = state.step;
		drawnAt = now;
		progress.show(`TCN ${tcn}`, { done: state.done, total: state.total, notes: LABELS[state.step] });
	};
}
