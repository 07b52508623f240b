import type { CgroupPlace } from "./cgroup.ts";
import type { Process } from "./process-tree.ts";

/**
 * What keeps all that a child starts together:
 * - `cgroup`: a cgroup v2 of its own; everything that is started inside stays inside.
 * - `subreaper`: the process group, and the tree below the supervisor, which adopts the orphans.
 */
export type Layer = "cgroup" | "subreaper";

/** Each layer for people, in `doctor`, the log and README. */
export const LAYERS: Readonly<Record<Layer, string>> = {
	cgroup: "a cgroup of its own",
	subreaper: "process group and subreaper",
};

/** One pass towards a goal. */
export interface Pass {
	/** True where nothing is left to do: all is frozen, or all has ended. */
	readonly settled: boolean;
	/** Processes that refused the signal, because they run as another user. */
	readonly refused: readonly Process[];
}

/**
 * Everything that a child has started. Each call is one pass, which returns at once; the caller repeats it until it is
 * settled, because what is running meanwhile may start more.
 *
 *              freeze()*              kill()*
 *    running <-----------> frozen  ------------> empty   (kill() from running too)
 *               thaw()
 */
export interface Containment {
	readonly layer: Layer;
	/** All that lives in it. */
	members(): readonly Process[];
	/** Stops all that runs. */
	freeze(): Pass;
	/** Continues what `freeze` has stopped, but nothing that was stopped before. */
	thaw(): void;
	/** Kills all. */
	kill(): Pass;
	/** Sends `signal` once, to all: those that have left the child's group too. Returns what refused it. */
	signalAll(signal: NodeJS.Signals): readonly Process[];
	/** Takes away what the containment itself has made. To be called when all is empty. */
	remove(): void;
}

/** What another process needs to take hold of the same containment. */
export type ContainmentHandle =
	| { readonly layer: "cgroup"; readonly place: CgroupPlace; readonly group: number }
	| { readonly layer: "subreaper"; readonly group: number };
