import type { Log, LogFields } from "../../base/log.ts";
import { type Output, timed } from "../../cli/output.ts";
import type { ComponentEvent } from "../../line/component/events.ts";

/** The hint where clocks of hosts differ. */
const SET_CLOCKS = "set the hosts' clocks by NTP";

/**
 * Prints a run's events: JSON lines on stdout with `--json`. Without it stdout has the line that the existing
 * components print for each batch that was worked on (with `--quiet` for each that failed), and the log has the rest.
 */
export function createComponentReporter(
	out: Output,
	logAbout: (fields: LogFields) => Log,
): (event: ComponentEvent) => void {
	return (event) => {
		const log = logAbout("batch" in event ? { batch: event.batch } : {});
		const line = timed(event);
		if (event.event === "worked") {
			const { batch, outcome, recorded, reason } = event;
			const well = outcome === "Success";
			if (out.json || !out.quiet || !well) {
				out.line(line, () => (well ? `Worked on ${batch} successfully` : `Failed to process ${batch}`));
			}
			if (outcome === "Failure") log.error(`${batch}: ${reason ?? "its report says Failure"}`);
			if (!recorded) log.info(`${batch}: no event is recorded, as its report asks`);
			return;
		}
		out.event(line);
		if (event.event === "passed-over") {
			log.error(`${event.batch} is passed over: ${event.why}`);
			if (event.hint !== undefined) log.error(event.hint);
		} else if (event.event === "not-sent") {
			const { batch, to, type, why, hint } = event;
			log.error(
				`${batch}: ${to === "" ? "its events for other round trips" : `its event ${type} for ${to}`} wait for the next run: ${why}`,
			);
			if (hint !== undefined) log.error(hint);
		} else if (event.event === "clock") log.warn(`${event.batch}: ${event.why}`, { hint: SET_CLOCKS });
		else if (event.event === "conditions") log.warn(`${event.component}: ${event.why}`);
		else if (event.event === "abandoned") log.error(`${event.batch}: nothing is recorded: ${event.why}`);
		else if (!out.json) {
			const { event: name, ...fields } = event;
			const detail = name === "taken" || name === "started" || name === "looking";
			if (detail) log.debug(name, fields);
			else log.info(name, fields);
		}
	};
}
