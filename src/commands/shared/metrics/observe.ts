import type { ProduceEvent } from "../../../enumeration/produce/events.ts";
import { type Enumeration, STATE_NAMES, type StateName, type Stencil } from "../../../enumeration/stencils/ports.ts";
import type { WorkEvent } from "../../../enumeration/work/events.ts";
import type { ComponentEvent } from "../../../line/component/events.ts";
import type { IntakeEvent } from "../../../line/intake/receive.ts";
import type { LockHandle } from "../../../locks/guard.ts";
import { enumerationStatus } from "../../status/status.ts";
import type { Metrics } from "./metrics.ts";

const QUEUE_SETS = ["enqueued", "scheduled", "retries", "working", "dead"] as const;

/** How long the lock is held, and how often it was in doubt and lost. Returns the function that ends it. */
export function observeLock(metrics: Metrics, lock: LockHandle): () => void {
	const since = performance.now();
	let ended: number | undefined;
	let state = lock.state;
	metrics.add("tangles_lock_suspended_total", 0);
	metrics.add("tangles_lock_lost_total", 0);
	const look = () => {
		const now = lock.state;
		if (now === state) return;
		if (now === "suspended") metrics.add("tangles_lock_suspended_total", 1);
		if (now === "lost") metrics.add("tangles_lock_lost_total", 1);
		state = now;
		metrics.changed();
	};
	metrics.before(() => {
		look();
		metrics.set("tangles_lock_held_seconds_total", ((ended ?? performance.now()) - since) / 1000);
	});
	const off = lock.onValidity(look);
	lock.lost.addEventListener("abort", look, { once: true });
	return () => {
		off();
		look();
		ended = performance.now();
	};
}

/** The enumeration as it stands. */
export function observeEnumeration(metrics: Metrics, enumeration: Enumeration, stencils: readonly Stencil[]): void {
	const { tcns } = enumerationStatus(enumeration, stencils);
	for (const state of STATE_NAMES) {
		metrics.set(
			"tangles_stencils",
			tcns.reduce((sum, tcn) => sum + tcn[state], 0),
			{ state },
		);
	}
	metrics.set("tangles_current_tcn", enumeration.completedTcn);
	metrics.set("tangles_target_tcn", enumeration.maxTcn);
	metrics.add("tangles_jobs_pushed_total", 0);
	metrics.changed();
}

/** A run of the producer by its events. */
export function observeProduce(metrics: Metrics): (event: ProduceEvent) => void {
	const pushed = new Map<string, number>();
	/** Of the stencil in work. */
	let resting = false;
	const rest = (now: boolean) => {
		if (now !== resting) move(resting ? "no_headroom" : "started", now ? "no_headroom" : "started");
		resting = now;
	};
	const move = (from: StateName, to: StateName, count = 1) => {
		metrics.add("tangles_stencils", -count, { state: from });
		metrics.add("tangles_stencils", count, { state: to });
	};
	const queue = (counts: Partial<Record<(typeof QUEUE_SETS)[number], number>>) => {
		for (const set of QUEUE_SETS) {
			const count = counts[set];
			if (count !== undefined) metrics.set("tangles_queue_jobs", count, { set });
		}
	};
	return (event) => {
		if (event.event === "progress") {
			rest(false);
			metrics.add("tangles_jobs_pushed_total", event.pushed - (pushed.get(event.stencil) ?? 0));
			pushed.set(event.stencil, event.pushed);
			queue({ enqueued: event.enqueued });
			return;
		}
		if (event.event === "pages") pushed.set(event.stencil, event.pushed_before);
		else if (event.event === "stencil-started" && event.was !== "started") move(event.was, "started");
		else if (event.event === "stencil-complete") move("started", "complete");
		else if (event.event === "tcn-reopened") {
			metrics.set("tangles_current_tcn", event.tcn - 1);
			for (const state of ["started", "no_headroom", "complete"] as const) move(state, "new", event[state]);
		} else if (event.event === "tcn-complete") metrics.set("tangles_current_tcn", event.tcn);
		else if (event.event === "waiting") {
			if (event.for === "headroom") rest(true);
			queue(event);
		} else if (event.event === "stopped") metrics.set("tangles_jobs_pushed_total", event.jobs);
		metrics.changed();
	};
}

const ENDINGS = { "job-done": "done", "job-failed": "failed", "job-unacknowledged": "unacknowledged" } as const;

/** A worker by its events. */
export function observeWork(metrics: Metrics): (event: WorkEvent) => void {
	for (const outcome of Object.values(ENDINGS)) metrics.add("tangles_jobs_worked_total", 0, { outcome });
	metrics.add("tangles_tangles_stored_total", 0);
	return (event) => {
		if (event.event === "job-done") metrics.add("tangles_tangles_stored_total", event.stored);
		const outcome = Object.hasOwn(ENDINGS, event.event) ? ENDINGS[event.event as keyof typeof ENDINGS] : undefined;
		if (outcome !== undefined) metrics.add("tangles_jobs_worked_total", 1, { outcome });
		metrics.changed();
	};
}

/** Events of a component by whose name a batch's outcome is counted. */
const COUNTED: ReadonlySet<string> = new Set(["abandoned", "returned", "skipped", "passed-over"]);

/** A run of the intake by its events. */
export function observeIntake(metrics: Metrics): (event: IntakeEvent) => void {
	const count = (outcome: string, by = 1) => metrics.add("tangles_deliveries_total", by, { outcome });
	for (const outcome of ["received", "stopped", "late", "not-ready", "failed"]) count(outcome, 0);
	return (event) => {
		if (event.event === "received") count(event.outcome);
		else count(event.failed ? "failed" : "not-ready");
		metrics.changed();
	};
}

/** A run of a component by its events. */
export function observeComponent(metrics: Metrics, component: string): (event: ComponentEvent) => void {
	const count = (outcome: string, by = 1) => metrics.add("tangles_batches_total", by, { component, outcome });
	for (const outcome of ["success", "failure", "abandoned", "returned", "skipped", "passed-over"]) count(outcome, 0);
	return (event) => {
		if (event.event === "worked") count(event.outcome === "Success" ? "success" : "failure");
		else if (COUNTED.has(event.event)) count(event.event);
		metrics.changed();
	};
}
