/**
 * Every metric: what it is, and its labels. Names ending in `_total` only grow within a run; all others are as of now.
 */
export const METRICS = {
	tangles_run_started_timestamp_seconds: { help: "When the run began, seconds since 1970.", labels: ["command"] },
	tangles_run_ended_timestamp_seconds: {
		help: "When the run ended, seconds since 1970; 0 while it goes on.",
		labels: ["command"],
	},
	tangles_current_tcn: { help: "Highest tree crossing number that is complete.", labels: [] },
	tangles_target_tcn: { help: "Tree crossing number at which the enumeration ends.", labels: [] },
	tangles_stencils: { help: "Stencils by state.", labels: ["state"] },
	tangles_jobs_pushed_total: { help: "Jobs pushed by this run.", labels: [] },
	tangles_queue_jobs: { help: "Jobs on the server when it was last looked at.", labels: ["set"] },
	tangles_batches_total: { help: "Batches of this run by outcome.", labels: ["component", "outcome"] },
	tangles_deliveries_total: {
		help: "Deliveries that this run has seen first, by what became of them.",
		labels: ["outcome"],
	},
	tangles_batches_overdue: { help: "Batches that the command found overdue.", labels: [] },
	tangles_batches_oldest_ready_seconds: {
		help: "How long the first ready batch had been so when the run began; 0 where none was.",
		labels: ["component"],
	},
	tangles_jobs_worked_total: { help: "Jobs worked on by this run by outcome.", labels: ["outcome"] },
	tangles_tangles_stored_total: { help: "Tangles that this run has stored first.", labels: [] },
	tangles_lock_held_seconds_total: { help: "Seconds that this run has held its lock.", labels: [] },
	tangles_lock_suspended_total: { help: "How often the lock was in doubt.", labels: [] },
	tangles_lock_lost_total: { help: "How often the lock was lost.", labels: [] },
} as const satisfies Readonly<Record<string, { readonly help: string; readonly labels: readonly string[] }>>;

export type MetricName = keyof typeof METRICS;
export type Labels = Readonly<Record<string, string>>;

/** Where a run's numbers go. */
export interface Metrics {
	set(name: MetricName, value: number, labels?: Labels): void;
	add(name: MetricName, by: number, labels?: Labels): void;
	/** Calls back before each writing, for what changes by itself. */
	before(refresh: () => void): void;
	/** The state has changed: written soon. */
	changed(): void;
	/** Writes for the last time. */
	end(): Promise<void>;
}

/** Without `--metrics-file`. */
export const NO_METRICS: Metrics = {
	set: () => {},
	add: () => {},
	before: () => {},
	changed: () => {},
	end: async () => {},
};
