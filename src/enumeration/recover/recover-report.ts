import type { CollectionSnapshot } from "../stencils/snapshot.ts";
import type { SoundConfig } from "./checks-config.ts";
import { type Finding, type FindingKind, isMendable, needsPerson, wordsOf } from "./findings.ts";

/** What became of a finding. */
export type Outcome =
	| "mended"
	| "would-be-mended"
	/** Needs a person. */
	| "person"
	/** Can be mended once a person has mended the config document. */
	| "waits"
	/** Does no harm. */
	| "left";

/** What `tangles recover` tells; with `--json`, the document. */
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
		readonly mend: string;
	}[];
	/** Jobs pushed, or that would be. */
	readonly jobs: number;
}

function outcomeOf(finding: Finding, dryRun: boolean, blocked: boolean): Outcome {
	if (needsPerson(finding)) return "person";
	if (!isMendable(finding) && finding.mend.do !== "push") return "left";
	if (blocked) return "waits";
	return dryRun ? "would-be-mended" : "mended";
}

export function reportOfRecovery(
	collection: string,
	dryRun: boolean,
	seen: CollectionSnapshot,
	sound: SoundConfig | undefined,
	findings: readonly Finding[],
): RecoverReport {
	return {
		collection,
		dry_run: dryRun,
		current_completed_tcn: seen.config?.completedTcn ?? null,
		max_tcn: seen.config?.maxTcn ?? null,
		stencils: seen.stencils.length,
		findings: findings.map((finding) => ({
			finding: finding.kind,
			document: finding.document,
			stencil: finding.stencil,
			wrong: finding.wrong,
			outcome: outcomeOf(finding, dryRun, sound === undefined),
			mend: wordsOf(finding.mend),
		})),
		jobs: findings.reduce((sum, { mend }) => sum + (mend.do === "push" && sound !== undefined ? mend.jobs : 0), 0),
	};
}

/** Findings that a person has to see to, or that wait for one. */
export function openFindings({ findings }: RecoverReport): number {
	return findings.filter(({ outcome }) => outcome === "person" || outcome === "waits").length;
}
