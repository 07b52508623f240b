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
	tangles_up: { help: "1 where the part's server answered the last look of serve, else 0.", labels: ["part"] },
	tangles_look_age_seconds: { help: "Age of what serve knows of the part.", labels: ["part"] },
	tangles_queue_processed_total: { help: "Jobs that the job server has finished, failed ones too.", labels: [] },
	tangles_queue_failed_total: { help: "Jobs that have failed on the job server.", labels: [] },
	tangles_queue_oldest_seconds: { help: "Age of the oldest job in the queue; 0 where it has none.", labels: [] },
	tangles_queue_workers: { help: "Workers connected to the job server, of all queues.", labels: [] },
	tangles_queue_paused: { help: "1 where the queue is paused, 0.5 where it may be, else 0.", labels: [] },
	tangles_jobs_per_second: { help: "Jobs finished in a second, over the last looks of serve.", labels: [] },
	tangles_station_ready_batches: { help: "Batches that the component can take.", labels: ["component"] },
	tangles_station_working_batches: { help: "Batches that are locked for the component.", labels: ["component"] },
	tangles_station_failed_batches: {
		help: "Batches whose newest event of the component's type failed.",
		labels: ["component"],
	},
	tangles_station_oldest_ready_seconds: {
		help: "Age of the first event of the batch that the component takes next; 0 where none is ready.",
		labels: ["component"],
	},
	tangles_station_last_run_age_seconds: { help: "How long ago the component's last run began.", labels: ["component"] },
	tangles_locks: { help: "Locks by the kind of their first holder; free ones nobody holds.", labels: ["kind"] },
	tangles_locks_waiting: { help: "Contenders that wait, at all locks together.", labels: [] },
	tangles_locks_oldest_seconds: { help: "Age of the oldest holder of a lock; 0 where none is held.", labels: [] },
	tangles_findings: { help: "Checks of doctor by state, without those that write.", labels: ["state"] },
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
