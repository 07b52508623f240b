import type { Session } from "./ports.ts";

/** Made by Curator or by us: no two nodes have the same uuid. */
const UNIQUE = /\/_c_[0-9a-f-]{36}-[^/]*$/;

/**
 * Nodes that a server goes on listing though the leader has deleted them. Followers were seen to do so for more than a
 * minute after faults of an ensemble, without an event: who waits for the end of such a node would wait as long. What is
 * gone at the leader stays gone where its name has a uuid; any other name may have been made anew, and counts.
 */
export class StaleNodes {
	readonly #session: Pick<Session, "isThere">;
	readonly #gone = new Set<string>();

	constructor(session: Pick<Session, "isThere">) {
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
		for (const path of gone) if (UNIQUE.test(path)) this.#gone.add(path);
		return gone.length > 0;
	}
}
