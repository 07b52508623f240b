import { rename, writeFile } from "node:fs/promises";
import { Fault, messageOf } from "../../../base/fault.ts";
import type { Log } from "../../../base/log.ts";
import { METRICS, type MetricName, type Metrics, NO_METRICS } from "./metrics.ts";

/** A look at the file must not mistake a quiet run for a dead one. */
const EVERY_MS = 15_000;

/**
 * Keeps `path` written with the run's numbers in Prometheus' text format, for node_exporter's textfile collector: each time
 * as a whole, by renaming. Throws a usage fault where it cannot be written; later failures are logged once, and harm nothing.
 */
export async function openMetrics(path: string | undefined, command: string, log: Log): Promise<Metrics> {
	if (path === undefined) return NO_METRICS;
	const { Gauge, Registry } = await import("prom-client");
	const registry = new Registry();
	const gauges = new Map<MetricName, InstanceType<typeof Gauge<string>>>();
	const gauge = (name: MetricName) => {
		const known = gauges.get(name);
		if (known !== undefined) return known;
		const { help, labels } = METRICS[name];
		const made = new Gauge<string>({ name, help, labelNames: labels, registers: [registry] });
		gauges.set(name, made);
		return made;
	};
	const refreshers: (() => void)[] = [];
	// The collector reads what ends in .prom; this must not.
	const draft = `${path}.${process.pid}.new`;
	const write = async () => {
		for (const refresh of refreshers) refresh();
		await writeFile(draft, await registry.metrics());
		await rename(draft, path);
	};
	let writing: Promise<void> = Promise.resolve();
	let due = false;
	let told = false;
	const changed = () => {
		if (due) return;
		due = true;
		writing = writing.then(async () => {
			due = false;
			try {
				await write();
			} catch (error) {
				if (!told) log.warn(`--metrics-file ${path} cannot be written any more`, { cause: messageOf(error) });
				told = true;
			}
		});
	};
	const metrics: Metrics = {
		set: (name, value, labels = {}) => gauge(name).set({ ...labels }, value),
		add: (name, by, labels = {}) => gauge(name).inc({ ...labels }, by),
		before: (refresh) => refreshers.push(refresh),
		changed,
		end: async () => {
			clearInterval(timer);
			metrics.set("tangles_run_ended_timestamp_seconds", Date.now() / 1000, { command });
			changed();
			await writing;
		},
	};
	metrics.set("tangles_run_started_timestamp_seconds", Date.now() / 1000, { command });
	metrics.set("tangles_run_ended_timestamp_seconds", 0, { command });
	try {
		await write();
	} catch (cause) {
		throw new Fault("usage", `--metrics-file ${path} cannot be written: ${messageOf(cause)}`, {
			mend: "give a file in a folder that may be written to, such as /var/lib/node_exporter/tangles.prom",
			cause,
		});
	}
	const timer = setInterval(changed, EVERY_MS);
	return metrics;
}
