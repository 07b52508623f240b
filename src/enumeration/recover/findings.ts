import type { StencilPair } from "../stencils/stencils.ts";
import type { Reopening } from "../stencils/term.ts";

/** What may be wrong with a stencil collection; the README of this folder says what becomes of each. */
export type FindingKind =
	| "config-missing"
	| "config-malformed"
	| "config-max"
	| "config-counters"
	| "epoch-behind"
	| "foreign"
	| "malformed"
	| "sum"
	| "no-rootstock"
	| "no-scion"
	| "state"
	| "epoch"
	| "cursor-malformed"
	| "cursor-needless"
	| "cursor-off-page"
	| "progress"
	| "half-pushed"
	| "missing"
	| "doubled"
	| "started-above"
	| "complete-above"
	| "empty-side"
	| "open-below"
	| "interrupted"
	| "restart";

/** How a finding is dealt with. */
export type Repair =
	/** Nothing: it does no harm. */
	| { readonly do: "leave"; readonly why: string }
	/** No repair would be safe; `how` tells a person what can be done. */
	| { readonly do: "ask"; readonly how: string }
	| { readonly do: "add"; readonly pair: StencilPair }
	| { readonly do: "remove"; readonly kept: string }
	| { readonly do: "drop-cursor" }
	| { readonly do: "drop-progress" }
	/** Back to new, its cursor dropped; the jobs that were pushed for it still count. */
	| { readonly do: "renew" }
	/** current_completed_tcn back below that TCN, and what is not complete of it, and all above, back to new. */
	| ({ readonly do: "reopen" } & Reopening)
	/** The stencil's epoch becomes this run's. */
	| { readonly do: "adopt" }
	/** The config document's epoch becomes `to`, and one more as the run takes over. */
	| { readonly do: "raise-epoch"; readonly to: number }
	| { readonly do: "drop-counters" }
	/** Back to new, cursor and count dropped, because a person said so. */
	| { readonly do: "restart" }
	/** The same for all stencils of this TCN and above. */
	| { readonly do: "restart-tcn"; readonly tcn: number }
	/** Its jobs from the cursor on. */
	| { readonly do: "push"; readonly jobs: number };

/** One thing that is wrong with a stencil collection. */
export interface Finding {
	readonly kind: FindingKind;
	/** `_id` of the document, of any type, for the store; undefined where it is a document that is missing. */
	readonly key: unknown;
	/** The same for people; where it is an ObjectId, that. */
	readonly document: string;
	/** `3+4`: rootstocks of TCN 3, scions of TCN 4; empty where it is no stencil, or its numbers cannot be read. */
	readonly stencil: string;
	readonly wrong: string;
	readonly repair: Repair;
}

/** What is, or would be, done, for people. */
export function describeRepair(repair: Repair): string {
	switch (repair.do) {
		case "leave":
			return repair.why;
		case "ask":
			return repair.how;
		case "add":
			return "added as new";
		case "remove":
			return `removed; ${repair.kept} stays`;
		case "drop-cursor":
			return "cursor removed";
		case "drop-progress":
			return "count removed";
		case "renew":
			return "set back to new; all of its jobs are pushed when its TCN is in work";
		case "reopen":
			return (
				`current_completed_tcn set to ${repair.tcn - 1}, and all stencils above TCN ${repair.tcn} back to new; ` +
				"tangles produce pushes them"
			);
		case "adopt":
			return "set to this run's epoch";
		case "raise-epoch":
			return `raised above ${repair.to}`;
		case "drop-counters":
			return "counters removed; they are noted again before the next job is pushed";
		case "restart":
			return "set back to new";
		case "restart-tcn":
			return `all stencils from TCN ${repair.tcn} on set back to new; tangles produce pushes them`;
		case "push":
			return `${repair.jobs} jobs pushed`;
	}
}

/** True for what a run can repair by changing documents. */
export function isRepairable({ repair }: Finding): boolean {
	return repair.do !== "leave" && repair.do !== "ask" && repair.do !== "push";
}

/** True where a run leaves the document as it is. */
export const isUntouched = ({ repair }: Finding): boolean => repair.do === "leave" || repair.do === "ask";

export const needsPerson = ({ repair }: Finding): boolean => repair.do === "ask";
