import type { LogFields } from "../../base/log.ts";
import type { LogForm } from "../../base/log-line.ts";
import type { ContainmentHandle } from "./containment.ts";

/** The work that a supervisor is to hold: sent by the channel, since a command line can be read by everybody. */
export interface SupervisorTask {
	/** The program's file. */
	readonly path: string;
	/** The program's name and its arguments. */
	readonly words: readonly string[];
	/** All of the work's environment. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What the supervisor's own log lines about this work carry. */
	readonly logFields: LogFields;
	/** The set of streams that is the work's; without it the work has the supervisor's own. */
	readonly set?: number | undefined;
	/** The supervisor ends after this work. */
	readonly last: boolean;
}

/** From tangles to the supervisor. Times are of the shared clock, in ms. */
export type Order =
	| ({ readonly do: "start" } & SupervisorTask)
	| { readonly do: "until"; readonly freezeAt: number; readonly killAt: number }
	/** To the whole group. */
	| { readonly do: "signal"; readonly signal: NodeJS.Signals }
	/** `signal` now, to everything that was started; KILL after `graceMs`; 0 is KILL at once. */
	| { readonly do: "end"; readonly signal: NodeJS.Signals; readonly graceMs: number }
	/** tangles was stopped with the work, from the terminal, and goes on. */
	| { readonly do: "resume" };

/** How a child ended. */
export interface Ended {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** Why the supervisor killed it: its time was up, or it did not end on TERM. */
	readonly killed?: "time" | "grace";
	/** The processes that could not be stopped or killed because they run as another user, for people. */
	readonly refused?: string;
}

/** From the supervisor to tangles. */
export type Report =
	/** Orders are read from now on. */
	| { readonly is: "ready" }
	/** The task has come; the work starts with the first `until`. */
	| { readonly is: "taken" }
	| { readonly is: "started"; readonly pid: number; readonly handle: ContainmentHandle }
	/** The last `until` is in force; it also shows that the supervisor runs. */
	| { readonly is: "until"; readonly freezeAt: number; readonly killAt: number }
	| { readonly is: "frozen" }
	/** These processes refuse to end; sent at once and each 30 s. */
	| { readonly is: "refused"; readonly who: string }
	/** A signal that was to be handed on was refused by the whole group. */
	| { readonly is: "unsent"; readonly signal: NodeJS.Signals; readonly pid: number }
	/** Processes that an earlier run had left in a cgroup of ours; they were killed before the work started. */
	| { readonly is: "swept"; readonly who: string }
	/** Processes that the work had left running when it ended by itself; they are killed now. */
	| { readonly is: "left"; readonly who: string }
	/** The work was stopped from the terminal. */
	| { readonly is: "stopped"; readonly signal: number }
	/** The program could not be started: errno's name, such as ENOENT. */
	| { readonly is: "failed"; readonly errno: string }
	/** A bug of ours. */
	| { readonly is: "broken"; readonly message: string }
	/** `stays`: nothing of the work is left, and the supervisor waits for the next one. */
	| ({ readonly is: "ended"; readonly stays: boolean } & Ended);

/** Each message carries the number of its work, from 1 on: a late one is never taken for one of the next work. */
export interface OrderMessage {
	readonly work: number;
	readonly order: Order;
}

/** `work` is 0 for what belongs to none. */
export interface ReportMessage {
	readonly work: number;
	readonly report: Report;
}

/** A supervisor's first argument, in JSON. */
export interface SupervisorSetup {
	/** How many sets of streams it has, each for one work; 0 where the work has tangles' own. */
	readonly sets: number;
	/** True where the work shares a terminal with tangles. */
	readonly terminal: boolean;
	/** How tangles writes its log lines: as the supervisor does where tangles has ended. */
	readonly logForm: LogForm;
}

const FIRST_STREAM = 4;

/** The descriptors of all sets; the channel is the descriptor before them. */
export const streamsOf = (sets: number) => Array.from({ length: sets }, (_, set) => streamsOfSet(set)).flat();

/** A set's descriptors in the supervisor: the work's stdin, stdout, stderr. */
export function streamsOfSet(set: number): readonly [number, number, number] {
	const first = FIRST_STREAM + 3 * set;
	return [first, first + 1, first + 2];
}

/** First argument by which the binary becomes a supervisor; no command can have this name. */
export const SUPERVISOR = ":supervisor";
