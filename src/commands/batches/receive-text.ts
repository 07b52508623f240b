import type { Log } from "../../base/log.ts";
import { printable } from "../../base/printable.ts";
import type { ReceivedBatch } from "../../line/intake/admit.ts";
import type { IntakeEvent, IntakeResult } from "../../line/intake/receive.ts";

/** Logs what a person should know of: what needs one is an error, what is not to be worked on a warning. */
export function createIntakeReporter(log: Log): (event: IntakeEvent) => void {
	return (event) => {
		if (event.event === "received") {
			if (event.outcome !== "received") log.warn(`${event.batch} is ${event.outcome}: ${event.why}`);
			return;
		}
		if (!event.failed) return;
		log.error(`${event.name} is left: ${event.why}`);
		if (event.hint !== undefined) log.error(event.hint);
	};
}

function receivedLine({ batch, outcome, stops, why }: ReceivedBatch): string {
	const stopped = stops.length === 0 ? "" : `, stopped ${stops.join(", ")}`;
	return `${outcome} ${batch}${why === "" ? "" : `: ${why}`}${stopped}`;
}

/** What a run did, a line for each delivery that was new or left, and the number of all others. */
export function intakeText(trigger: string): (result: IntakeResult) => string {
	return ({ received, left, known, waiting }) =>
		[
			...received.map(receivedLine),
			...left.map(({ name, why }) => `left ${name}: ${why}`),
			`${known} known, ${waiting} without ${trigger}`,
		]
			.map((line) => `${printable(line)}\n`)
			.join("");
}
