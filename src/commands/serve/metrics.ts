import { STATE_NAMES } from "../../enumeration/stencils/ports.ts";
import type { LocksView, SiteLook, Sourced } from "../../web/look.ts";
import { MetricRegistry } from "../shared/metrics/metric-registry.ts";

const QUEUE_SETS = ["enqueued", "scheduled", "retries", "working", "dead"] as const;
const LOCK_KINDS = ["tangles", "curator_flat", "curator_v2", "foreign", "leftover", "not_readable", "free"] as const;
const PAUSED = { no: 0, perhaps: 0.5, yes: 1 } as const;

const secondsSince = (time: number, now: number) => Math.max(0, (now - time) / 1000);

function addEnumeration(metrics: MetricRegistry, { enumeration }: SiteLook): void {
	const view = enumeration?.value;
	if (view == null) return;
	metrics.set("tangles_current_tcn", view.completed_tcn);
	metrics.set("tangles_target_tcn", view.max_tcn);
	for (const state of STATE_NAMES) {
		metrics.set(
			"tangles_stencils",
			view.tcns.reduce((sum, tcn) => sum + tcn[state], 0),
			{ state },
		);
	}
}

function addQueue(metrics: MetricRegistry, { queue, pace }: SiteLook): void {
	const counts = queue?.value;
	if (counts === undefined) return;
	for (const set of QUEUE_SETS) metrics.set("tangles_queue_jobs", counts[set], { set });
	metrics.set("tangles_queue_processed_total", counts.processed);
	metrics.set("tangles_queue_failed_total", counts.failed);
	// A job that does not say since when it is there has no age.
	if (counts.oldest_seconds !== null || counts.enqueued === 0) {
		metrics.set("tangles_queue_oldest_seconds", counts.oldest_seconds ?? 0);
	}
	if (counts.workers !== null) metrics.set("tangles_queue_workers", counts.workers);
	metrics.set("tangles_queue_paused", PAUSED[counts.paused]);
	if (pace !== undefined) metrics.set("tangles_jobs_per_second", pace.jobs_per_second);
}

function addLine(metrics: MetricRegistry, { line, overdue }: SiteLook, now: number): void {
	for (const { component, ready, working, failed, oldest, last_run } of line?.value ?? []) {
		const labels = { component };
		metrics.set("tangles_station_ready_batches", ready, labels);
		metrics.set("tangles_station_working_batches", working, labels);
		metrics.set("tangles_station_failed_batches", failed, labels);
		const age = oldest === null ? 0 : secondsSince(Date.parse(oldest), now);
		metrics.set("tangles_station_oldest_ready_seconds", age, labels);
		if (last_run === null) continue;
		metrics.set("tangles_station_last_run_age_seconds", secondsSince(Date.parse(last_run.start), now), labels);
	}
	if (overdue?.value !== undefined) metrics.set("tangles_batches_overdue", overdue.value.overdue.length);
}

function addLocks(metrics: MetricRegistry, locks: LocksView | undefined, now: number): void {
	if (locks === undefined) return;
	for (const kind of LOCK_KINDS) metrics.set("tangles_locks", locks.counts[kind], { kind });
	metrics.set("tangles_locks_waiting", locks.counts.waiting);
	const since = locks.locks.flatMap(({ holders }) => holders.map((holder) => Date.parse(holder.since)));
	const oldest = since.filter((time) => !Number.isNaN(time)).reduce((least, time) => Math.min(least, time), now);
	metrics.set("tangles_locks_oldest_seconds", secondsSince(oldest, now));
}

/** The numbers of a look, in Prometheus' text format; `startedMs` is when `serve` was started. */
export async function metricsOf(look: SiteLook, startedMs: number): Promise<string> {
	const metrics = new MetricRegistry();
	const now = Date.now();
	metrics.set("tangles_run_started_timestamp_seconds", startedMs / 1000, { command: "serve" });
	metrics.set("tangles_run_ended_timestamp_seconds", 0, { command: "serve" });
	const { enumeration, queue, locks, line, findings, overdue } = look;
	const parts: Record<string, Sourced<unknown> | undefined> = { enumeration, queue, locks, line, findings, overdue };
	for (const [part, source] of Object.entries(parts)) {
		if (source === undefined) continue;
		metrics.set("tangles_up", source.fault === undefined ? 1 : 0, { part });
		if (source.takenAt !== undefined) {
			metrics.set("tangles_look_age_seconds", secondsSince(+source.takenAt, now), { part });
		}
	}
	addEnumeration(metrics, look);
	addQueue(metrics, look);
	addLine(metrics, look, now);
	addLocks(metrics, locks?.value, now);
	for (const state of ["ok", "warn", "fail"] as const) {
		const lines = findings.value?.lines.filter((it) => it.state === state);
		if (lines !== undefined) metrics.set("tangles_findings", lines.length, { state });
	}
	return await metrics.text();
}
