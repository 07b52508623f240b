/** From tangles to the keeper. Times are of the shared clock, in ms. */
export type Order =
	| { readonly do: "until"; readonly freezeAt: number; readonly killAt: number }
	/** To the whole group. */
	| { readonly do: "signal"; readonly signal: NodeJS.Signals }
	/** `signal` now, KILL after `graceMs`; 0 is KILL at once. */
	| { readonly do: "end"; readonly signal: NodeJS.Signals; readonly graceMs: number };

/** How a child ended. */
export interface Ended {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** Why the keeper killed it: its time was up, or it did not end on TERM. */
	readonly killed?: "time" | "grace";
}

/** From the keeper to tangles. */
export type Report =
	| { readonly is: "ready" }
	| { readonly is: "started"; readonly pid: number }
	| { readonly is: "failed"; readonly message: string }
	| ({ readonly is: "ended" } & Ended);

/** First argument by which the binary becomes a keeper; no command can have this name. */
export const KEEPER = ":keeper";
