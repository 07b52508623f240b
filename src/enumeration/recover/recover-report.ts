import { describeRepair, type Finding, type FindingKind, isRepairable, needsPerson } from "./findings.ts";
import type { Recovered } from "./recover.ts";

/** What became of a finding. */
export type Outcome =
	| "repaired"
	| "would-be-repaired"
	/** Needs a person. */
	| "person"
	/** Can be repaired once a person has repaired the config document. */
	| "waits"
	/** Does no harm. */
	| "left";

/** The report of `tangles recover`; with `--json`, the document. */
export interface RecoverReport {
	readonly collection: string;
	readonly dry_run: boolean;
	/** Null where the config document does not say. */
	readonly current_completed_tcn: number | null;
	readonly max_tcn: number | null;
	/** Documents that mean to be stencils. */
	readonly stencils: number;
	readonly findings: readonly {
		readonly finding: FindingKind;
		/** `_id` */
		readonly document: string;
		/** `3+4`, or empty. */
		readonly stencil: string;
		readonly wrong: string;
		readonly outcome: Outcome;
		/** What was done, would be done, or is to be done by a person. */
		readonly repair: string;
	}[];
	/** Jobs pushed, or that would be. */
	readonly jobs: number;
}

function outcomeOf(finding: Finding, dryRun: boolean, blocked: boolean): Outcome {
	if (needsPerson(finding)) return "person";
	if (!isRepairable(finding) && finding.repair.do !== "push") return "left";
	if (blocked) return "waits";
	return dryRun ? "would-be-repaired" : "repaired";
}

/** The report of a recovery that was done, or of a dry run. */
export function reportOfRecovery(recovered: Recovered, { dryRun }: { readonly dryRun: boolean }): RecoverReport {
	const { collection, snapshot, blocked, findings } = recovered;
	return {
		collection,
		dry_run: dryRun,
		current_completed_tcn: snapshot.config?.completedTcn ?? null,
		max_tcn: snapshot.config?.maxTcn ?? null,
		stencils: snapshot.stencils.length,
		findings: findings.map((finding) => ({
			finding: finding.kind,
			document: finding.document,
			stencil: finding.stencil,
			wrong: finding.wrong,
			outcome: outcomeOf(finding, dryRun, blocked),
			repair: describeRepair(finding.repair),
		})),
		jobs: findings.reduce((sum, { repair }) => sum + (repair.do === "push" && !blocked ? repair.jobs : 0), 0),
	};
}

/** Findings that a person has to see to, or that wait for one. */
export function openFindings({ findings }: RecoverReport): number {
	return findings.filter(({ outcome }) => outcome === "person" || outcome === "waits").length;
}
