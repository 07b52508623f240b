import { type Event, type Kind, LAYERS, type Node, type Nodes } from "./history.ts";

interface MadeSection {
	readonly kind?: Kind;
	readonly lock?: string;
	readonly token?: number;
	readonly begin: number;
	/** The last instant; a section that is killed has no end there. */
	readonly last: number;
	readonly killed?: boolean;
	/** What its counters held when it began; undefined where it writes none. */
	readonly from?: number;
	/** The czxids that the leader showed, and when it answered. Owners are `s` and the czxid, or as given. */
	readonly seen?: { readonly at: number; readonly flat?: readonly Made[]; readonly lease?: readonly Made[] };
}

type Made = number | Node;

const node = (made: Made): Node => (typeof made === "number" ? { czxid: made, owner: `s${made}` } : made);

/** Events of a history as a test needs it: sections a tick each 50 ms, faults, nothing left. */
export class MadeHistory {
	readonly events: Event[] = [{ at: 0, event: "run", sessionMs: 4000, seed: 1, about: "made" }];
	#number = 0;

	/** Adds a section and returns its name. */
	section(made: MadeSection): string {
		const { kind = "tangles", lock = "/a", token = 0, begin, last, killed = false, from, seen } = made;
		this.#number += 1;
		const section = `${kind}-${this.#number}`;
		this.events.push({ at: begin, event: "begin", section, client: kind, kind, lock, token, length: last - begin });
		for (let at = begin + 50; at < last; at += 50) this.events.push({ at, event: "tick", section });
		if (from !== undefined) {
			for (const layer of LAYERS[kind]) this.events.push({ at: last, event: "count", section, layer, from });
		}
		this.events.push({ at: last, event: killed ? "tick" : "end", section });
		if (seen !== undefined) {
			const { at, flat = [], lease = [] } = seen;
			const nodes = { flat: flat.map(node), mutex: [], lease: lease.map(node) };
			this.events.push({ at, event: "nodes", section, asked: begin, ...nodes });
		}
		return section;
	}

	/** Adds a fault; `led` where it dethrones the leader. */
	fault(fault: string, begin: number, end: number, led?: number): void {
		this.#number += 1;
		const number = this.#number;
		this.events.push({ at: begin, event: "fault-begin", number, fault, on: "x", dethrones: led !== undefined });
		this.events.push({ at: end, event: "fault-end", number });
		if (led !== undefined) this.events.push({ at: led, event: "led", number });
	}

	/** Adds a look at a lock each 500 ms from one time to another, with the same nodes. */
	look(lock: string, [from, to]: readonly [number, number], nodes: Partial<Nodes>): void {
		for (let at = from; at <= to; at += 500) {
			this.events.push({ at, event: "look", lock, asked: at - 10, flat: [], mutex: [], lease: [], ...nodes });
		}
	}

	/** The end of the run. */
	over(at: number, paths: readonly string[] = []): void {
		this.events.push({ at, event: "last-fault-over" }, { at: at + 1, event: "left", paths });
	}

	/** As a file has it. */
	get text(): string {
		return this.events.map((event) => `${JSON.stringify(event)}\n`).join("");
	}
}
