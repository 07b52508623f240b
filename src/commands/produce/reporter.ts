import type { Log } from "../../base/log.ts";
import { type Output, timed } from "../../cli/output.ts";
import type { Progress } from "../../cli/progress.ts";
import type { ProduceEvent } from "../../enumeration/produce/events.ts";

/** A bar drawn more often than this costs more than it shows. */
const BAR_EVERY_MS = 200;
/** With `--json`, and in the log, progress comes this often. */
const PROGRESS_EVERY_MS = 1000;

/** Passes at most one call in `ms`. */
function everySoOften(ms: number): () => boolean {
	let last = Number.NEGATIVE_INFINITY;
	return () => {
		const now = performance.now();
		if (now - last < ms) return false;
		last = now;
		return true;
	};
}

/** Reports a run's events: JSON lines on stdout with `--json`, else log lines; a bar on a terminal. */
export function createProduceReporter(out: Output, log: Log, progress: Progress): (event: ProduceEvent) => void {
	const barIsDue = everySoOften(BAR_EVERY_MS);
	const progressIsDue = everySoOften(PROGRESS_EVERY_MS);
	let label = "";
	return (event) => {
		if (event.event === "stencil-started") label = `TCN ${event.tcn} = ${event.rootstock_tcn}+${event.scion_tcn}`;
		if (event.event === "progress") {
			if (barIsDue())
				progress.show(label, { done: event.pushed, total: event.total, notes: `queue ${event.enqueued}` });
			if (!progressIsDue() && event.pushed < event.total) return;
		} else if (event.event !== "waiting") progress.hide();
		if (out.json) return out.event(timed(event));
		const { event: name, ...fields } = event;
		if (name === "progress") log.debug(name, fields);
		else if (event.event === "stopped") {
			const { jobs, completed_tcn, max_tcn } = event;
			log.info(`${jobs} jobs pushed, TCN ${completed_tcn} of ${max_tcn} complete: ${WHY[event.reason]}`);
		} else log.info(name, fields);
	};
}

const WHY: Readonly<Record<Extract<ProduceEvent, { event: "stopped" }>["reason"], string>> = {
	max_tcn: "max_tcn is complete",
	until_tcn: "the TCN asked for is complete",
	once: "all that was open is pushed",
	interrupted: "interrupted",
	failed: "failed",
};
