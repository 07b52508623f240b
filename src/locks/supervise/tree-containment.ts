import type { Containment, Pass } from "./containment.ts";
import { descendantsOf, hasEnded, isStopped, livesStill, type Process } from "./process-tree.ts";
import { sendSignal } from "./signals.ts";

export interface TreeOptions {
	/** The process below which all of it is: the supervisor, or tangles itself once the supervisor has ended. */
	readonly root: number;
	/** The child's process group; undefined before it is known. */
	readonly group: () => number | undefined;
	/** Children of the root that do not belong to it. */
	readonly except?: () => ReadonlySet<number>;
	/** True where the kernel says that the root has no child left. */
	readonly childless?: () => boolean;
}

/**
 * The tree below a process: found by a walk through /proc, because what leaves the group (`timeout`, `setsid`, job
 * control) keeps its parent, and is adopted by the root when that ends. A process that has a signal pending cannot
 * fork, so each pass leaves only what was born during the walk; a pass that finds nothing new is the proof that there
 * is nothing.
 */
export class TreeContainment implements Containment {
	readonly layer = "subreaper";
	readonly #options: TreeOptions;
	/** What we have stopped, by pid. */
	readonly #stopped = new Map<number, Process>();

	constructor(options: TreeOptions) {
		this.#options = options;
	}

	members(): readonly Process[] {
		return this.#options.childless?.() === true ? [] : this.#living();
	}

	freeze(): Pass {
		// The group goes first: it is stopped at one stroke, before the walk takes its time.
		this.#toGroup("SIGSTOP");
		const refused: Process[] = [];
		let settled = true;
		for (const process of this.#living()) {
			if (isStopped(process) && this.#stopped.has(process.pid)) continue;
			const ours = process.group === this.#options.group();
			// A process that was stopped before, by somebody else, is left as it is; one that the signal to the group has
			// stopped is ours to thaw.
			if (isStopped(process) && !ours) continue;
			settled &&= isStopped(process);
			if (sendSignal(process.pid, "SIGSTOP") === "refused") refused.push(process);
			else this.#stopped.set(process.pid, process);
		}
		return { settled, refused };
	}

	thaw(): void {
		const stopped = [...this.#stopped.values()].reverse();
		this.#stopped.clear();
		// Children before their parents: a parent that runs may act on a child that is still stopped.
		for (const process of stopped) if (livesStill(process)) sendSignal(process.pid, "SIGCONT");
		this.#toGroup("SIGCONT");
	}

	kill(): Pass {
		if (this.#options.childless?.() === true) return { settled: true, refused: [] };
		this.#toGroup("SIGKILL");
		const living = this.#living();
		const refused = living.filter(({ pid }) => sendSignal(pid, "SIGKILL") === "refused");
		return { settled: living.length === 0 && this.#options.childless?.() !== false, refused };
	}

	signalAll(signal: NodeJS.Signals): readonly Process[] {
		const { group } = this.#options;
		this.#toGroup(signal);
		return this.#living().filter(({ pid, group: own }) => {
			// The group has been sent it: the signal 0 only tests whether its processes may be sent one.
			return sendSignal(pid, own === group() ? 0 : signal) === "refused";
		});
	}

	remove(): void {}

	#living(): Process[] {
		const { root, except } = this.#options;
		return descendantsOf(root, except?.()).filter((process) => !hasEnded(process));
	}

	#toGroup(signal: NodeJS.Signals): void {
		const group = this.#options.group();
		if (group !== undefined) sendSignal(-group, signal);
	}
}
