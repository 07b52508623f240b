import fc from "fast-check";
import type { Batch, BatchEvent } from "../../src/line/batches/batch.ts";
import { appended, prepended, restarted, without } from "../../src/line/batches/events.ts";
import { everyEvent, keepingRemoved, undone } from "../../src/line/batches/history.ts";
import { PRIORITIZED, prioritized, timeOfLevel, withoutPriority } from "../../src/line/batches/priority.ts";
import { at } from "./batch-reference.ts";

/** What a person or a station does to a batch. */
export type BatchChange =
	| { readonly do: "append" | "prepend"; readonly type: string; readonly success: boolean; readonly second: number }
	| { readonly do: "restart"; readonly from: string | undefined }
	| { readonly do: "rm-event"; readonly type: string }
	| { readonly do: "prioritize"; readonly level: number }
	| { readonly do: "clear" }
	| { readonly do: "undo" };

const type = fc.constantFrom("A", "B", "C");

/** Some changes, one after the other. */
export const batchChanges: fc.Arbitrary<readonly BatchChange[]> = fc.array(
	fc.oneof(
		fc.record({
			...{ do: fc.constantFrom("append" as const, "prepend" as const), type },
			...{ success: fc.boolean(), second: fc.nat(5) },
		}),
		fc.record({ do: fc.constant("restart" as const), from: fc.option(type, { nil: undefined }) }),
		fc.record({ do: fc.constant("rm-event" as const), type }),
		fc.record({ do: fc.constant("prioritize" as const), level: fc.integer({ min: 1, max: 9 }) }),
		fc.record({ do: fc.constant("clear" as const) }),
		fc.record({ do: fc.constant("undo" as const) }),
	),
	{ maxLength: 25 },
);

/** The batch after a change; `mark` is in the details of what it records, so that each event is known again. */
export function changedBy(batch: Batch, change: BatchChange, mark: string): Batch {
	const note = { by: "test@here", time: at(9), reason: mark };
	const event = (fields: Pick<BatchEvent, "type" | "success" | "time">) => ({
		...fields,
		agent: "test",
		details: mark,
	});
	switch (change.do) {
		case "append":
		case "prepend": {
			const add = change.do === "append" ? appended : prepended;
			return add(batch, event({ type: change.type, success: change.success, time: at(change.second) }));
		}
		case "restart":
			return keepingRemoved(batch, restarted(batch, change.from), { what: "restart", ...note });
		case "rm-event":
			return keepingRemoved(batch, without(batch, change.type), { what: "rm-event", ...note });
		case "prioritize": {
			const first = event({ type: PRIORITIZED, success: true, time: timeOfLevel(change.level) });
			return keepingRemoved(batch, prioritized(batch, first), { what: "prioritize", ...note });
		}
		case "clear":
			return keepingRemoved(batch, withoutPriority(batch), { what: "prioritize", ...note });
		case "undo":
			return undone(batch, note);
	}
}

/** The marks of all events that a batch has or had, sorted. */
export const marksOf = (batch: Batch) =>
	everyEvent(batch)
		.map(({ details }) => details)
		.toSorted();
