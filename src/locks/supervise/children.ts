import type { Libc } from "./libc.ts";

/** How a process ended, as `ChildProcess` says it. */
export interface Exit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
}

/**
 * The children of this process, none of which the runtime has started: the work, and orphans that were adopted. All of
 * them are reaped here.
 */
export class Children {
	readonly #c: Libc;
	readonly #awaited = new Map<number, (exit: Exit) => void>();

	constructor(c: Libc) {
		this.#c = c;
	}

	/** Called in the turn in which the child was started: nothing is reaped before. */
	endOf(pid: number): Promise<Exit> {
		const { promise, resolve } = Promise.withResolvers<Exit>();
		this.#awaited.set(pid, resolve);
		return promise;
	}

	/** Reaps what has ended. */
	reap(): void {
		for (let child = this.#c.endedChild(); child !== undefined; child = this.#c.endedChild()) {
			this.#c.reap(child.pid);
			this.#awaited.get(child.pid)?.(child.exit);
			this.#awaited.delete(child.pid);
		}
	}

	/** True where there is none, not even one that has ended. */
	get areGone(): boolean {
		this.reap();
		return !this.#c.hasChildren();
	}
}
