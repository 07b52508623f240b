import { Fault, isFault } from "../../base/fault.ts";

/** A batch that a run passed over because something is wrong with it alone. */
export interface PassedOver {
	readonly batch: string;
	/** What is wrong and what to do about it. */
	readonly fault: Fault;
}

/** A run with several faults ends with the first kind of this list that is among them, "failed" where none is. */
const GRAVEST = ["refused", "data", "unreachable"] as const;
const MOST_NAMED = 10;

/** The first names of a list, for messages. */
export function someOf(names: readonly string[]): string {
	return `${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? ", ..." : ""}`;
}

/**
 * The Fault for the batches that were passed over, of the gravest kind among theirs. The run has emitted each of them
 * already.
 */
export function passedOverFault(passed: readonly PassedOver[]): Fault {
	const kind = GRAVEST.find((it) => passed.some(({ fault }) => isFault(fault, it))) ?? "failed";
	const count = `${passed.length} ${passed.length === 1 ? "batch was" : "batches were"} passed over`;
	return new Fault(kind, `${count}: ${someOf(passed.map(({ batch }) => batch))}`, {
		hint: "the lines above say what is wrong with each and what to do; all others were worked on",
	});
}
