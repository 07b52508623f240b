import type { Containment, ContainmentHandle } from "./containment.ts";
import type { Report } from "./messages.ts";
import type { Terminal } from "./terminal.ts";
import type { LaunchOutcome, WorkProcess } from "./work-process.ts";

/** What the supervisor acts through; the role binds it to the system, tests to fakes. */
export interface SupervisorPorts {
	/** To tangles; `sent` is called once it has gone out. */
	readonly send: (report: Report, sent?: () => void) => void;
	/** Writes a line to the log, where tangles has ended. */
	readonly log: (line: string) => void;
	/** True where the supervisor may take another work: this was not the last one, and nothing of it is left. */
	readonly mayStay: () => boolean;
	/** This work is over, and the supervisor waits for the next one. */
	readonly idle: () => void;
	/** Closes the channel to tangles; the process ends by itself after it. */
	readonly close: () => void;
	/** Ends the process. */
	readonly exit: () => void;
	/** Starts the work. Throws the system's error where there can be no further process. */
	readonly start: () => Started;
	readonly terminal: Terminal | undefined;
	/** How long processes that refuse to end are waited for (an hour), and how often they are reported (30 s), in ms. */
	readonly lingerMs?: number;
	readonly remindMs?: number;
}

export interface Started {
	readonly work: WorkProcess;
	/** What the work is in, once it is known whether it could be put there. */
	readonly contain: (outcome: LaunchOutcome) => {
		readonly containment: Containment;
		readonly handle: ContainmentHandle;
	};
	/** What holds it until then. */
	readonly meanwhile: Containment;
}
