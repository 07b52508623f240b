import type { OpenJobs, StateName } from "../stencils/ports.ts";

/** The events of a run: one line of JSON each with `--json`, a log line without. */
export type ProduceEvent =
	| {
			readonly event: "stencil-started";
			readonly stencil: string;
			readonly tcn: number;
			readonly rootstock_tcn: number;
			readonly scion_tcn: number;
			/** True where an earlier run had begun it. */
			readonly resumed: boolean;
			/** The state it was found in. */
			readonly was: StateName;
	  }
	| {
			readonly event: "pages";
			readonly stencil: string;
			readonly rootstock_pages: number;
			readonly scion_pages: number;
			readonly jobs: number;
			/** Jobs of those that an earlier run has pushed. */
			readonly pushed_before: number;
			/** Time that finding them took. */
			readonly ms: number;
	  }
	| {
			readonly event: "progress";
			readonly stencil: string;
			readonly pushed: number;
			readonly total: number;
			/** Jobs in the queue when it was last looked at. */
			readonly enqueued: number;
	  }
	| {
			readonly event: "stencil-complete";
			readonly stencil: string;
			/** Jobs pushed by this run. */
			readonly jobs: number;
			readonly ms: number;
	  }
	/**
	 * A TCN that counted as complete is not: current_completed_tcn is `tcn` - 1 now. Stencils set back, by what they were.
	 */
	| {
			readonly event: "tcn-reopened";
			readonly tcn: number;
			readonly started: number;
			readonly no_headroom: number;
			readonly complete: number;
	  }
	/** With `--prove`, before its tcn-complete: all its tangles are stored. `ms`: time that the proof took. */
	| { readonly event: "tcn-proved"; readonly tcn: number; readonly tangles: number; readonly ms: number }
	| { readonly event: "tcn-complete"; readonly tcn: number; readonly pushed: number; readonly finished: number }
	| ({ readonly event: "waiting"; readonly for: "headroom" | "empty-queue" } & OpenJobs)
	| {
			readonly event: "stopped";
			readonly reason: "max_tcn" | "until_tcn" | "once" | "interrupted" | "failed";
			readonly completed_tcn: number;
			readonly max_tcn: number;
			/** Jobs pushed by this run. */
			readonly jobs: number;
	  };
