import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { Output } from "../../cli/output.ts";
import type { Progress } from "../../cli/progress.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import { OwnExaminer } from "../../enumeration/verify/examine.ts";
import { ExaminerProcess } from "../../enumeration/verify/examiner/start.ts";
import type { ProofSettings } from "../../enumeration/verify/proof.ts";
import { type ProofProgress, prove } from "../../enumeration/verify/prove.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { MongoTangleReader } from "../../servers/mongo/tangle-reader.ts";
import { requireUniqueNotation } from "../../servers/mongo/tangle-table.ts";
import { createProofReporter } from "./progress.ts";
import { renderProof } from "./text.ts";

/** What a verification works with. */
export interface VerifyTools {
	readonly mongo: Mongo;
	readonly collection: string;
	readonly out: Output;
	readonly log: Log;
	readonly progress: Progress;
	readonly signal: AbortSignal;
}

interface ProveStored {
	readonly completedTcn: number;
	/** Processes that look at the tangles, this one among them. */
	readonly concurrency: number;
	/** For those: where the tangles are. */
	readonly source: unknown;
}

/** Proves the stored tangles of a TCN complete, or prints what is wrong with them; true where they are complete. */
export async function proveStored(
	settings: ProofSettings & ProveStored,
	{ mongo, collection, out, log, progress, signal }: VerifyTools,
): Promise<boolean> {
	const { tcn, detail, completedTcn, concurrency, source } = settings;
	const began = performance.now();
	if (tcn > MOST_NUMBERED_TCN) {
		throw new Fault("usage", `TCN ${tcn} is beyond ${MOST_NUMBERED_TCN}, the last one that can be verified`, {
			hint: "give a TCN with --tcn",
		});
	}
	if (tcn > completedTcn) {
		log.warn(`TCN ${tcn} is not complete yet: current_completed_tcn is ${completedTcn}`);
	}
	const reader = new MongoTangleReader(mongo, collection);
	if (detail === "count") await requireUniqueNotation(mongo, collection, "leave out --count-only, or ");
	const show = createProofReporter(tcn, progress, log);
	const report = (state: ProofProgress) => {
		signal.throwIfAborted();
		show(state);
	};
	using processes = new DisposableStack();
	// A TCN of one part keeps no other process busy: it is done before one has started.
	const { length: parts } = await reader.parts(tcn);
	const others = Math.min(concurrency, parts) - 1;
	const startExaminer = () => processes.use(new ExaminerProcess({ source, log, signal }));
	const examiners = [new OwnExaminer(reader), ...Array.from({ length: Math.max(others, 0) }, startExaminer)];
	const proof = await prove(reader, settings, { examiners, report }).finally(() => progress.hide());
	const seconds = Math.round((performance.now() - began) / 10) / 100;
	const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
	const complete = proof.missing + proof.extra + proof.wrong === 0;
	out.document({ collection: reader.name, complete, ...proof, seconds, peak_mb }, renderProof);
	return complete;
}
