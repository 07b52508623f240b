import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { Output } from "../../cli/output.ts";
import type { Progress } from "../../cli/progress.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import type { ProofSettings } from "../../enumeration/verify/proof.ts";
import { prove } from "../../enumeration/verify/prove.ts";
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

/** Proves the stored tangles of a TCN complete, or prints what is wrong with them; true where they are complete. */
export async function proveStored(
	settings: ProofSettings & { readonly completedTcn: number },
	{ mongo, collection, out, log, progress, signal }: VerifyTools,
): Promise<boolean> {
	const { tcn, detail, completedTcn } = settings;
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
	const report = createProofReporter(tcn, progress, log);
	const proof = await prove(reader, settings, (state) => {
		signal.throwIfAborted();
		report(state);
	}).finally(() => progress.hide());
	const seconds = Math.round((performance.now() - began) / 10) / 100;
	const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
	const complete = proof.missing + proof.extra + proof.wrong === 0;
	out.document({ collection: reader.name, complete, ...proof, seconds, peak_mb }, renderProof);
	return complete;
}
