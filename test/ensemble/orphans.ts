import type { Event, Nodes } from "./checker/history.ts";
import type { Client } from "./clients.ts";
import type { HistoryFile } from "./history-file.ts";

/** A node that is first in its layer. */
interface First {
	readonly czxid: number;
	since: number;
}

/**
 * Finds nodes that Curator or kazoo have lost sight of while their session lives on: nobody gets past such a node. Its
 * client is killed then, so that the soak goes on, and the orphan is recorded.
 */
export class Orphans {
	readonly #clients: readonly Client[];
	readonly #history: HistoryFile;
	readonly #afterMs: number;
	/** Clients by their session, as their sections showed it. */
	readonly #sessions = new Map<string, Client>();
	/** Tokens of the sections that run. */
	readonly #running = new Map<string, { readonly client: string; readonly token: number }>();
	/** By lock and layer. */
	readonly #firsts = new Map<string, First>();

	/** `afterMs` is how long a node may be first without work under it. */
	constructor(clients: readonly Client[], history: HistoryFile, afterMs: number) {
		this.#clients = clients;
		this.#history = history;
		this.#afterMs = afterMs;
	}

	hear(event: Event): void {
		if (event.event === "begin") this.#running.set(event.section, event);
		else if (event.event === "end") this.#running.delete(event.section);
		else if (event.event === "nodes") this.#learn(event.section, event);
		else if (event.event === "look") this.#look(event.lock, event.at, event);
	}

	/** Whose session it is under whose section a node was seen. */
	#learn(section: string, { flat, lease }: Nodes): void {
		const running = this.#running.get(section);
		const node = [...flat, ...lease].find(({ czxid }) => czxid === running?.token);
		const client = this.#clients.find(({ name, kind }) => name === running?.client && kind !== "tangles");
		if (node !== undefined && client !== undefined) this.#sessions.set(node.owner, client);
	}

	#look(lock: string, at: number, nodes: Nodes): void {
		const atWork = new Set([...this.#running.values()].map(({ token }) => token));
		for (const layer of ["flat", "mutex", "lease"] as const) {
			const [first] = nodes[layer];
			const key = `${layer} ${lock}`;
			const before = this.#firsts.get(key);
			if (first === undefined) this.#firsts.delete(key);
			else if (before?.czxid !== first.czxid) this.#firsts.set(key, { czxid: first.czxid, since: at });
			// Work that was killed has no end; its node goes when its client has noticed.
			else if (atWork.has(first.czxid) && at - before.since < 2 * this.#afterMs) continue;
			else if (at - before.since > this.#afterMs) this.#end(lock, first.owner, before, at);
		}
	}

	#end(lock: string, owner: string, first: First, at: number): void {
		const client = this.#sessions.get(owner);
		if (client === undefined) return;
		this.#history.emit({ event: "orphan", lock, kind: client.kind, client: client.name, czxid: first.czxid });
		client.signal("SIGKILL");
		first.since = at;
	}
}
