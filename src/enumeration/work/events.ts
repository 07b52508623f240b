/** The events of a worker: one line of JSON each with `--json`. */
export type WorkEvent =
	| { readonly event: "started"; readonly queue: string; readonly worker: string; readonly concurrency: number }
	| {
			readonly event: "job-done";
			readonly jid: string;
			readonly rootstock_tcn: number;
			readonly scion_tcn: number;
			/** Tangles on the two pages. */
			readonly rootstocks: number;
			readonly scions: number;
			/** Tangles that the job gave. */
			readonly tangles: number;
			/** The tangles among them that were not stored before. */
			readonly stored: number;
			readonly ms: number;
	  }
	| {
			/** The server has it back with this message, and will give it out again later. */
			readonly event: "job-failed";
			readonly jid: string;
			readonly errtype: string;
			readonly message: string;
			/** True where nothing is wrong with the job: the worker was stopped. */
			readonly handed_back: boolean;
	  }
	| {
			/** All is stored, or some of it, but the server was not reached: it will give the job out again. */
			readonly event: "job-unacknowledged";
			readonly jid: string;
			readonly why: string;
	  }
	/** There is no job; emitted once, until there is one again. */
	| { readonly event: "waiting"; readonly jobs: number }
	/** The server's web page asked for no further jobs. */
	| { readonly event: "quiet" }
	| {
			readonly event: "stopping";
			readonly why: string;
			/** Jobs that are still worked on. */
			readonly working: number;
	  }
	| {
			readonly event: "stopped";
			readonly done: number;
			readonly failed: number;
			readonly handed_back: number;
			readonly unacknowledged: number;
			readonly tangles: number;
			readonly stored: number;
			readonly seconds: number;
	  };
