/** What takes the locks. */
export type Kind = "tangles" | "curator-1.3.3" | "curator-5.9.0" | "kazoo";
/** A lock's layer: the flat layout's nodes, or v2's leases. Who holds no common layer is not excluded. */
export type Layer = "flat" | "lease";

export const LAYERS: Readonly<Record<Kind, readonly Layer[]>> = {
	tangles: ["flat", "lease"],
	"curator-1.3.3": ["flat"],
	"curator-5.9.0": ["lease"],
	kazoo: ["flat"],
};

/** A line of a history. All times are ms of CLOCK_BOOTTIME, which every process of the host shares. */
export type Event = { readonly at: number } & (
	| { readonly event: "run"; readonly sessionMs: number; readonly seed: number; readonly about: string }
	| {
			readonly event: "begin";
			readonly section: string;
			readonly client: string;
			readonly kind: Kind;
			readonly lock: string;
			/** czxid of the node created last, 0 where the client finds no node of its session. */
			readonly token: number;
			/** How long it is to run, ms. */
			readonly length: number;
	  }
	| { readonly event: "tick" | "end"; readonly section: string }
	/** The section has written `from` + 1 over the `from` that it had read when it began. */
	| { readonly event: "count"; readonly section: string; readonly layer: Layer; readonly from: number }
	/** The leader was asked for the nodes of a section's lock at `asked`; the answer was there at `at`. */
	| ({ readonly event: "nodes"; readonly section: string; readonly asked: number } & Nodes)
	| {
			readonly event: "fault-begin";
			readonly number: number;
			readonly fault: string;
			readonly on: string;
			/** Whether the servers may have no leader on account of it. */
			readonly dethrones: boolean;
	  }
	/** The same, now and then, on account of no section. */
	| ({ readonly event: "look"; readonly lock: string; readonly asked: number } & Nodes)
	| { readonly event: "fault-end"; readonly number: number }
	/** The servers have a leader with a quorum, after fault `number` began. */
	| { readonly event: "led"; readonly number: number }
	/** A run of a client has ended: with its exit code, or an error's name. */
	| { readonly event: "outcome"; readonly client: string; readonly kind: Kind; readonly outcome: string }
	/** One server alone shows a node, and has done so since `since`: it has lost a transaction. */
	| ({ readonly event: "ghost"; readonly path: string } & Ghost)
	/** A client had lost sight of a node, and was killed so that its session ends. */
	| {
			readonly event: "orphan";
			readonly lock: string;
			readonly kind: Kind;
			readonly client: string;
			readonly czxid: number;
	  }
	/** No fault comes after this, and no new section is waited for. */
	| { readonly event: "last-fault-over" }
	/** Paths that were still there when every client had ended. */
	| { readonly event: "left"; readonly paths: readonly string[] }
);

export interface Node {
	readonly czxid: number;
	readonly owner: string;
}

/** Nodes of one lock, each layer in the order of its queue; `mutex` is v2's, around the making of leases. */
export interface Nodes {
	readonly flat: readonly Node[];
	readonly mutex: readonly Node[];
	readonly lease: readonly Node[];
}

export interface Sample extends Nodes {
	readonly asked: number;
	readonly at: number;
}

/** A node that one server alone shows. */
export interface Ghost {
	readonly at: number;
	readonly since: number;
	readonly server: number;
	readonly lock: string;
}

export interface Look extends Sample {
	readonly lock: string;
}

/** One critical section, as the work under the lock has written it. */
export interface Section {
	readonly id: string;
	readonly client: string;
	readonly kind: Kind;
	readonly lock: string;
	readonly token: number;
	readonly begin: number;
	/** The last instant at which the work is known to have run. */
	last: number;
	/** False where the work was killed. */
	ended: boolean;
	readonly counts: { readonly layer: Layer; readonly from: number; readonly at: number }[];
	/** The lock's nodes at the leader, asked for after `begin`; undefined where the leader could not be asked. */
	sample: Sample | undefined;
}

export interface FaultSpan {
	readonly number: number;
	readonly kind: string;
	readonly on: string;
	readonly begin: number;
	readonly end: number;
	/** Since when there was a leader, at the latest: the begin, where the fault does not touch the leader. */
	readonly led: number;
}

export interface History {
	readonly sessionMs: number;
	readonly about: string;
	/** In the order of their begin. */
	readonly sections: readonly Section[];
	readonly looks: readonly Look[];
	readonly ghosts: readonly Ghost[];
	readonly faults: readonly FaultSpan[];
	readonly outcomes: readonly { readonly kind: Kind; readonly outcome: string }[];
	/** The clients that were killed for nodes that they had lost sight of. */
	readonly orphans: readonly { readonly kind: Kind }[];
	/** Undefined where the run did not come to its end. */
	readonly left: readonly string[] | undefined;
	/** Until when new sections were to be expected. */
	readonly over: number;
}

/** The events of a history file. Throws an Error that names a line that is none. */
export function parseHistory(text: string): Event[] {
	const lines = text.split("\n").filter((line) => line !== "");
	return lines.map((line, index) => {
		try {
			return JSON.parse(line) as Event;
		} catch (cause) {
			throw new Error(`line ${index + 1} of the history is not an event: ${line.slice(0, 100)}`, { cause });
		}
	});
}

/** Gathers events, in whatever order the processes have written them, into sections and faults. */
export function gather(events: readonly Event[]): History {
	const run = events.find((event) => event.event === "run");
	if (run === undefined) throw new Error("the history has no line that says how it was run");
	const sections = new Map<string, Section>();
	for (const event of events) {
		if (event.event !== "begin") continue;
		const { section: id, client, kind, lock, token, at } = event;
		if (sections.has(id)) throw new Error(`two sections are called ${id}`);
		sections.set(id, {
			...{ id, client, kind, lock, token, begin: at, last: at },
			...{ ended: false, counts: [], sample: undefined },
		});
	}
	for (const event of events) {
		if (event.event === "begin" || !("section" in event)) continue;
		const section = sections.get(event.section);
		if (section === undefined) throw new Error(`section ${event.section} never began`);
		if (event.event === "nodes") {
			section.sample = event;
			continue;
		}
		section.last = Math.max(section.last, event.at);
		if (event.event === "end") section.ended = true;
		if (event.event === "count") section.counts.push({ layer: event.layer, from: event.from, at: event.at });
	}
	return {
		sessionMs: run.sessionMs,
		about: run.about,
		sections: [...sections.values()].toSorted((a, b) => a.begin - b.begin),
		looks: events.filter((event) => event.event === "look"),
		ghosts: events.filter((event) => event.event === "ghost"),
		faults: faultSpans(events),
		outcomes: events.filter((event) => event.event === "outcome"),
		orphans: events.filter((event) => event.event === "orphan"),
		left: events.findLast((event) => event.event === "left")?.paths,
		over: events.find((event) => event.event === "last-fault-over")?.at ?? Math.max(...events.map(({ at }) => at)),
	};
}

function faultSpans(events: readonly Event[]): FaultSpan[] {
	const ends = new Map(events.flatMap((event) => (event.event === "fault-end" ? [[event.number, event.at]] : [])));
	return events.flatMap((event) => {
		if (event.event !== "fault-begin") return [];
		const { number, fault: kind, on, at: begin } = event;
		const end = ends.get(number);
		if (end === undefined) throw new Error(`fault ${number}, ${kind}, never ended`);
		const led = events.find((other) => other.event === "led" && other.number === number)?.at ?? end;
		return [{ number, kind, on, begin, end, led: event.dethrones ? led : begin }];
	});
}
