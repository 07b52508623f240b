import type { Session } from "./ports.ts";

/** Made by Curator or by us: no two nodes have the same uuid. */
const UNIQUE = /\/_c_[0-9a-f-]{36}-[^/]*$/;

type StaleView = Pick<Session, "isThere" | "children" | "leaveServer">;

/**
 * Nodes that a server goes on listing though the leader has deleted them. Followers were seen to do so for more than a
 * minute after faults of an ensemble, without an event: who waits for the end of such a node would wait as long. What is
 * gone at the leader stays gone where its name has a uuid; any other name may have been made anew, and counts: a
 * server that goes on listing such a node is left.
 */
export class StaleNodes {
	readonly #session: StaleView;
	readonly #gone = new Set<string>();

	constructor(session: StaleView) {
		this.#session = session;
	}

	/** The names that a server lists in `dir`, without those that are gone. */
	without(dir: string, names: readonly string[]): readonly string[] {
		return this.#gone.size === 0 ? names : names.filter((name) => !this.#gone.has(`${dir}/${name}`));
	}

	/** Asks the leader for these nodes; true where one of them is gone. */
	async look(paths: readonly string[]): Promise<boolean> {
		const there = await Promise.all(paths.map((path) => this.#session.isThere(path)));
		const gone = paths.filter((_, at) => there[at] === false);
		for (const path of gone) {
			if (UNIQUE.test(path)) this.#gone.add(path);
			else await this.#leaveWhoLists(path);
		}
		return gone.length > 0;
	}

	/** A server that still lists the node, though it has heard the leader's answer, will go on listing it. */
	async #leaveWhoLists(path: string): Promise<void> {
		const cut = path.lastIndexOf("/");
		const names = await this.#session.children(path.slice(0, cut));
		if (names?.includes(path.slice(cut + 1)) === true) await this.#session.leaveServer(`it lists ${path}`);
	}
}
