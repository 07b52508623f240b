import { withDeadline } from "../../../base/deadline.ts";
import { messageOf } from "../../../base/fault.ts";
import type { Log } from "../../../base/log.ts";
import { checkReplaceable, removeOldDrafts, replaceFile } from "../../../base/whole-file.ts";
import { type Metrics, NO_METRICS } from "./metrics.ts";

/** Written this often where nothing changes, so that a quiet run does not look like a dead one, ms. */
const EVERY_MS = 15_000;
/** A file system that hangs must not keep a run that has ended. */
const LAST_WRITE_MS = 3000;

/**
 * Keeps `path` written with the run's numbers in Prometheus' text format, for node_exporter's textfile collector: each
 * time as a whole. Throws a Fault "usage" where something is there that is no regular file. A file that cannot be
 * written is told once, and tried again: the run goes on, because its numbers are worth less than its work.
 */
export async function openMetrics(path: string | undefined, command: string, log: Log): Promise<Metrics> {
	if (path === undefined) return NO_METRICS;
	await checkReplaceable(path, `--metrics-file ${path}`);
	await removeOldDrafts(path);
	const { MetricRegistry } = await import("./metric-registry.ts");
	const registry = new MetricRegistry();
	const refreshers: (() => void)[] = [];
	const write = async () => {
		try {
			for (const refresh of refreshers) refresh();
			await replaceFile(path, await registry.text());
			if (told) log.info(`--metrics-file ${path} can be written again`);
			told = false;
		} catch (error) {
			if (!told) log.warn(`--metrics-file ${path} cannot be written; the run goes on`, { cause: messageOf(error) });
			told = true;
		}
	};
	let writing: Promise<void> = Promise.resolve();
	let due = false;
	let told = false;
	const changed = () => {
		if (due) return;
		due = true;
		writing = writing.then(async () => {
			due = false;
			await write();
		});
	};
	const metrics: Metrics = {
		set: (name, value, labels) => registry.set(name, value, labels),
		add: (name, by, labels) => registry.add(name, by, labels),
		before: (refresh) => refreshers.push(refresh),
		changed,
		end: async () => {
			clearInterval(timer);
			metrics.set("tangles_run_ended_timestamp_seconds", Date.now() / 1000, { command });
			changed();
			const late = () => new Error(`not written after ${LAST_WRITE_MS / 1000} s`);
			await withDeadline(LAST_WRITE_MS, writing, late).catch((error) =>
				log.warn(`--metrics-file ${path}: ${messageOf(error)}`),
			);
		},
	};
	metrics.set("tangles_run_started_timestamp_seconds", Date.now() / 1000, { command });
	metrics.set("tangles_run_ended_timestamp_seconds", 0, { command });
	changed();
	const timer = setInterval(changed, EVERY_MS);
	return metrics;
}
