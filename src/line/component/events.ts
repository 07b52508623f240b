/** What a run emits as it goes on: one line of JSON each with `--json`. */
export type ComponentEvent =
	| { readonly event: "looking"; readonly component: string; readonly procedure: 1 | 2 }
	| {
			/** The lock is held elsewhere, or the batch is no longer ready. */
			readonly event: "skipped";
			readonly batch: string;
			readonly why: string;
	  }
	| {
			/**
			 * Something is wrong with this batch alone: its document, or its lock, or there is no room for its outcome. The
			 * others are worked on.
			 */
			readonly event: "passed-over";
			readonly batch: string;
			readonly why: string;
			/** What to do about it. */
			readonly hint?: string;
	  }
	| {
			/** The component's conditions have changed since its last run, or are others on another host. */
			readonly event: "conditions";
			readonly component: string;
			readonly why: string;
	  }
	| {
			/** A time in the batch lies in the future, or outranks what was just recorded: clocks of hosts differ. */
			readonly event: "clock";
			readonly batch: string;
			readonly why: string;
	  }
	| { readonly event: "taken"; readonly batch: string; readonly claim: number; readonly token: string }
	| { readonly event: "started"; readonly batch: string }
	| {
			readonly event: "worked";
			readonly batch: string;
			readonly outcome: "Success" | "Failure";
			/** How many failures there were, kept or not. */
			readonly failures: number;
			/** The first of them. */
			readonly reason?: string;
			readonly duration_ms: number;
			/** False where the report asks for no event. */
			readonly recorded: boolean;
	  }
	| {
			/** An event of the work is recorded on another round trip. */
			readonly event: "sent";
			readonly batch: string;
			readonly to: string;
			readonly type: string;
			readonly success: boolean;
	  }
	| {
			/** It could not be recorded there: the next run of the component tries again. */
			readonly event: "not-sent";
			readonly batch: string;
			readonly to: string;
			readonly type: string;
			readonly why: string;
			readonly hint?: string;
	  }
	| {
			/** Nothing was recorded: the lock was lost, the run was stopped, or the result could not be stored. */
			readonly event: "abandoned";
			readonly batch: string;
			readonly why: string;
	  }
	| {
			/** The whole run's time was up: nothing was recorded, the claim is given back, and the batch is still ready. */
			readonly event: "returned";
			readonly batch: string;
			/** Whether its work had begun, and was stopped. */
			readonly begun: boolean;
			readonly why: string;
	  }
	| {
			readonly event: "stopped";
			readonly component: string;
			readonly succeeded: number;
			readonly failed: number;
			readonly abandoned: number;
			readonly returned: number;
			readonly passed_over: number;
	  };
