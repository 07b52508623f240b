import type { History, Kind } from "./history.ts";
import { type LostIncrement, lostIncrements } from "./increments.ts";
import { type BothNodes, bothNodes } from "./nodes.ts";
import { type Overlap, overlaps } from "./overlaps.ts";
import { type Progress, progress, quantile } from "./progress.ts";
import { type Disorder, tokenDisorders } from "./tokens.ts";

/** A lock may stand still for a session's time-out and so much more, ms, on a host that has nothing else to do. */
export const SLACK_MS = 3000;

/** All that the checker finds in a history. */
export interface Findings {
	readonly overlaps: readonly Overlap[];
	readonly disorders: readonly Disorder[];
	readonly increments: readonly LostIncrement[];
	readonly nodes: BothNodes;
	readonly progress: readonly Progress[];
	/** Sentences; empty where the run holds what is promised. */
	readonly violations: readonly string[];
}

const of = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);

/** Judges a history by all that is promised. */
export function judge(history: History, slackMs: number = SLACK_MS): Findings {
	const { sections, left, sessionMs } = history;
	const bound = sessionMs + slackMs;
	const found = {
		overlaps: overlaps(sections),
		disorders: tokenDisorders(sections),
		increments: lostIncrements(sections),
		nodes: bothNodes(sections),
		progress: progress(history, bound),
	};
	const ours = (all: readonly { readonly ours: boolean }[]) => all.filter((one) => one.ours).length;
	const count = (kind: Kind) => sections.filter((section) => section.kind === kind).length;
	const violations = [
		...of(ours(found.overlaps), "overlaps of ours"),
		...of(ours(found.disorders), "tokens of ours out of order"),
		...of(ours(found.increments), "increments lost by us"),
		...of(found.nodes.without.length, "sections of tangles without both nodes"),
		...of(left?.length ?? 0, "nodes left"),
		...(left === undefined ? ["the run did not come to its end"] : []),
		...(count("tangles") === 0 ? ["no section of tangles ran"] : []),
		...found.progress.flatMap(({ kind, waits }) => {
			const p99 = quantile(waits, 0.99);
			return p99 > bound ? [`${kind}: the next section after ${Math.round(p99)} ms, more than ${bound}`] : [];
		}),
	];
	return { ...found, violations };
}
