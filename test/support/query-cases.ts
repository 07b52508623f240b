import type { Conditions } from "../../src/line/batches/batch.ts";
import type { BatchPlan } from "./batch-reference.ts";

export interface QueryCase extends BatchPlan {
	readonly name: string;
	readonly asks: Partial<Conditions>;
	readonly ready: boolean;
}

type Row = readonly [
	name: string,
	events: string,
	asks: Partial<Conditions>,
	ready: boolean,
	more?: Partial<BatchPlan>,
];

const ROWS: readonly Row[] = [
	["nothing asked of a new batch", "", {}, true],
	["nothing asked of a batch with events", "A+1 B-2", {}, true],
	// past
	["past: never happened", "", { past: ["A"] }, false],
	["past: another type happened", "B+1", { past: ["A"] }, false],
	["past: succeeded", "A+1", { past: ["A"] }, true],
	["past: failed", "A-1", { past: ["A"] }, false],
	["past: failed, then succeeded", "A-1 A+2", { past: ["A"] }, true],
	["past: succeeded, then failed", "A+1 A-2", { past: ["A"] }, false],
	["past: the newer success was recorded first", "A+2 A-1", { past: ["A"] }, true],
	["past: the newer failure was recorded first", "A-2 A+1", { past: ["A"] }, false],
	["past: at one time, the success stands later", "A-1 A+1", { past: ["A"] }, true],
	["past: at one time, the failure stands later", "A+1 A-1", { past: ["A"] }, false],
	["past: at one time, the later of three counts", "A+1 A-1 A+1", { past: ["A"] }, true],
	["past: a later event of another type is nothing to it", "A+1 B-2", { past: ["A"] }, true],
	["past: two asked, both succeeded", "A+1 B+2", { past: ["A", "B"] }, true],
	["past: two asked, one failed", "A+1 B-2", { past: ["A", "B"] }, false],
	["past: two asked, one never happened", "A+1", { past: ["A", "B"] }, false],
	["past: one named twice", "A+1", { past: ["A", "A"] }, true],
	["past: older than the last change is past all the same", "A+1", { past: ["A"] }, true, { modified: 9 }],
	["past: a name that is the beginning of another", "Archived+1", { past: ["Arch"] }, false],
	["past: case matters", "archived+1", { past: ["Archived"] }, false],
	// future
	["future: never happened", "", { future: ["A"] }, true],
	["future: another type happened", "B+1", { future: ["A"] }, true],
	["future: succeeded", "A+1", { future: ["A"] }, false],
	["future: failed", "A-1", { future: ["A"] }, false],
	["future: older than the last change has happened all the same", "A+1", { future: ["A"] }, false, { modified: 9 }],
	["future: two asked, neither happened", "C+1", { future: ["A", "B"] }, true],
	["future: two asked, the second happened", "B-1", { future: ["A", "B"] }, false],
	// old
	["old: never happened", "", { old: ["A"] }, true],
	["old: changed before the event", "A+5", { old: ["A"] }, false, { modified: 4 }],
	["old: changed at the time of the event", "A+5", { old: ["A"] }, false, { modified: 5 }],
	["old: changed after the event", "A+5", { old: ["A"] }, true, { modified: 6 }],
	["old: a failure blocks like a success", "A-5", { old: ["A"] }, false, { modified: 4 }],
	["old: changed between two events", "A+3 A-5", { old: ["A"] }, false, { modified: 4 }],
	["old: changed between two events, the newer recorded first", "A-5 A+3", { old: ["A"] }, false, { modified: 4 }],
	["old: changed after both events", "A+3 A-5", { old: ["A"] }, true, { modified: 6 }],
	["old: changed after one of two types", "A+3 B+5", { old: ["A", "B"] }, false, { modified: 4 }],
	["old: changed after both types", "A+3 B+3", { old: ["A", "B"] }, true, { modified: 4 }],
	["old: one old, one never happened", "A+3", { old: ["A", "B"] }, true, { modified: 4 }],
	// types
	["types: of the type", "", { types: ["paper"] }, true],
	["types: of another", "", { types: ["zine"] }, false],
	["types: one of several", "", { types: ["zine", "paper"] }, true],
	["types: none of several", "", { types: ["zine", "book"] }, false, { type: "map" }],
	["types: a blank in it", "", { types: ["fine paper"] }, true, { type: "fine paper" }],
	// unless
	["unless: never happened", "", { unless: ["A"] }, true],
	["unless: succeeded", "A+1", { unless: ["A"] }, false],
	["unless: failed", "A-1", { unless: ["A"] }, true],
	["unless: failed, then succeeded", "A-1 A+2", { unless: ["A"] }, false],
	["unless: succeeded, then failed", "A+1 A-2", { unless: ["A"] }, true],
	["unless: older than the last change stops all the same", "A+1", { unless: ["A"] }, false, { modified: 9 }],
	["unless: beside a past that is met", "B+1 A+2", { past: ["B"], unless: ["A"] }, false],
	["unless: beside a past that is met, and not stopped", "B+1 A-2", { past: ["B"], unless: ["A"] }, true],
	["unless: beside two pasts", "B+1 C+1 A+2", { past: ["B", "C"], unless: ["A"] }, false],
	["unless: two asked, the second succeeded", "B+1", { unless: ["A", "B"] }, false],
	// several at once
	["all four met", "A+1 C+2", { past: ["A"], future: ["B"], old: ["C"], types: ["paper"] }, true, { modified: 3 }],
	["all but past", "A-1 C+2", { past: ["A"], future: ["B"], old: ["C"], types: ["paper"] }, false, { modified: 3 }],
	[
		"all but future",
		"A+1 B-1 C+2",
		{ past: ["A"], future: ["B"], old: ["C"], types: ["paper"] },
		false,
		{ modified: 3 },
	],
	["all but old", "A+1 C+4", { past: ["A"], future: ["B"], old: ["C"], types: ["paper"] }, false, { modified: 3 }],
	["all but the type", "A+1 C+2", { past: ["A"], future: ["B"], old: ["C"], types: ["zine"] }, false, { modified: 3 }],
	["one type past and future contradict each other", "A+1", { past: ["A"], future: ["A"] }, false],
	["one type past and old: succeeded before the change", "A+1", { past: ["A"], old: ["A"] }, true, { modified: 2 }],
	["one type past and old: succeeded since the change", "A+3", { past: ["A"], old: ["A"] }, false, { modified: 2 }],
];

/** Batches, what is asked of them, and whether they are ready. */
export const QUERY_CASES: readonly QueryCase[] = ROWS.map(([name, events, asks, ready, more]) => ({
	...{ name, events: events.split(" ").filter(Boolean), asks, ready },
	...more,
}));
