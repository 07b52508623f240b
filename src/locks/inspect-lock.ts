import { foreignData, type Holder, makerText, readHolder } from "./holder.ts";
import { inOrder, orderKey } from "./names.ts";
import type { NodeFacts, Reads } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";

/**
 * Who made a node: one of ours, Curator by its layout, something else that blocks, a lock node that no session owns, or
 * a holder whose node may not be read.
 */
export type HolderKind = "tangles" | "curator flat" | "curator v2" | "foreign" | "leftover" | typeof NOT_READABLE;
/** What a node is for: the flat queue, v2's mutex, v2's lease. */
export type NodeLayer = "flat" | "mutex" | "lease";

export interface NodeView {
	readonly node: string;
	readonly layer: NodeLayer;
	readonly kind: HolderKind;
	/** `host:pid user`, the IP address that Curator writes, other data, or "not readable". */
	readonly holder: string;
	/** When the node was created, by the server's clock, ISO 8601; `UNKNOWN` where the server does not say it. */
	readonly since: string;
	/** czxid, decimal, or `UNKNOWN`. */
	readonly token: string;
	/** Hexadecimal, as the server's log has it; "0" for a node that stays; `UNKNOWN` where the server does not say it. */
	readonly session: string;
	/** What a node of ours says of its maker. */
	readonly made_by?: Holder;
}

/** One lock as it is now. A lock can have two holders where clients of only one layout each are at work. */
export interface LockView {
	readonly path: string;
	readonly holders: readonly NodeView[];
	/** Contenders that do not hold it. */
	readonly waiting: number;
}

/** Time, token and session of a node that the server says nothing about. */
export const UNKNOWN = "-";

const CONTENDER = /lock-\d{10}$/;
const CURATORS = /^_c_[0-9a-f-]{36}-(?:lock|lease)-\d{10}$/;
/** Sorts behind every sequence number. */
const BEHIND = "99999999990";

/** True where `path`, with these children, is a lock in either layout. */
export function isLock(names: readonly string[]): boolean {
	return names.some((name) => name === "leases" || CONTENDER.test(name));
}

/** Children of a lock that are neither part of it nor in its way: places where further locks may be. */
export function beside(names: readonly string[]): string[] {
	return names.filter((name) => name !== "locks" && name !== "leases" && !CONTENDER.test(name));
}

/** The kind that the node's name and owner give away; undefined for a contender's node, where its data decides. */
function kindByFacts(name: string, layer: NodeLayer, { owner }: NodeFacts): HolderKind | undefined {
	const named = layer === "lease" ? CURATORS.test(name) : CONTENDER.test(name);
	if (owner === 0n) return named ? "leftover" : "foreign";
	return CURATORS.test(name) ? undefined : "foreign";
}

function kindByMaker(maker: Holder | undefined, layer: NodeLayer): HolderKind {
	if (maker !== undefined) return "tangles";
	return layer === "flat" ? "curator flat" : "curator v2";
}

function shownFacts({ createdMs, czxid, owner }: NodeFacts) {
	return {
		since: new Date(createdMs).toISOString(),
		token: String(czxid),
		session: BigInt.asUintN(64, owner).toString(16),
	};
}

/** Stands for a node, or for all nodes of a directory, about which the server says nothing: it counts as a holder. */
function hidden(node: string, layer: NodeLayer): NodeView {
	const facts = { since: UNKNOWN, token: UNKNOWN, session: UNKNOWN };
	return { node, layer, kind: NOT_READABLE, holder: NOT_READABLE, ...facts };
}

/** One node as `locks show` has it, or undefined where it is gone. */
export async function viewNode(
	reads: Reads,
	dir: string,
	name: string,
	layer: NodeLayer,
): Promise<NodeView | undefined> {
	const node = `${dir}/${name}`;
	const read = await unlessRefused(reads.read(node));
	if (read === undefined) return undefined;
	if (read === NOT_READABLE) {
		const facts = await unlessRefused(reads.facts(node));
		if (facts === undefined) return undefined;
		if (facts === NOT_READABLE) return hidden(node, layer);
		const kind = kindByFacts(name, layer, facts) ?? NOT_READABLE;
		return { node, layer, kind, holder: NOT_READABLE, ...shownFacts(facts) };
	}
	const maker = readHolder(read.data);
	return {
		node,
		layer,
		kind: kindByFacts(name, layer, read) ?? kindByMaker(maker, layer),
		holder: maker === undefined ? foreignData(read.data) || "-" : makerText(maker),
		...shownFacts(read),
		...(maker === undefined ? {} : { made_by: maker }),
	};
}

/** The names that a part of a lock lists, and what stands for them where it may not be listed. */
export interface Part {
	readonly names: readonly string[];
	readonly hidden: readonly NodeView[];
}

const NO_PART: Part = { names: [], hidden: [] };

/** The children of the lock's `locks` or `leases`; none where it is missing. */
export async function listPart(reads: Pick<Reads, "children">, dir: string, layer: NodeLayer): Promise<Part> {
	const names = await unlessRefused(reads.children(dir));
	return names === NOT_READABLE ? { names: [], hidden: [hidden(dir, layer)] } : { names: names ?? [], hidden: [] };
}

/**
 * The flat queue among a lock's children, in order: contenders, and every other node that sorts before one
 * (lock-layout.md, 6).
 */
export function flatQueue(names: readonly string[]): string[] {
	const children = names.filter((name) => name !== "locks" && name !== "leases");
	return inOrder(children.filter((name) => CONTENDER.test(name) || orderKey(name) < BEHIND));
}

/** The leases in the order in which they were made; those of others first, because they are never given back. */
export function leaseOrder(names: readonly string[]): string[] {
	const sequence = (name: string) => (CURATORS.test(name) ? name.slice(-10) : "");
	return [...names].sort((a, b) => (sequence(a) < sequence(b) ? -1 : sequence(a) > sequence(b) ? 1 : 0));
}

/** A node of a lock that is not looked at yet. */
interface NodePlace {
	readonly dir: string;
	readonly name: string;
	readonly layer: NodeLayer;
}

/** Who holds a lock, and the nodes of those that wait, in order: the flat queue, then v2. */
async function lockState(
	reads: Reads,
	path: string,
	names: readonly string[],
): Promise<{ holders: NodeView[]; waiting: NodePlace[] }> {
	const list = (part: "leases" | "locks", layer: NodeLayer): Part | Promise<Part> =>
		names.includes(part) ? listPart(reads, `${path}/${part}`, layer) : NO_PART;
	const queue = flatQueue(names);
	const [leasePart, mutexPart] = await Promise.all([list("leases", "lease"), list("locks", "mutex")]);
	const leases = leaseOrder(leasePart.names);
	const mutex = mutexPart.names;
	// Foreign nodes before Curator's own: both block the lock.
	const shown = leases.slice(0, 1 + leases.filter((name) => !CURATORS.test(name)).length);
	const views = await Promise.all(shown.map((name) => viewNode(reads, `${path}/leases`, name, "lease")));
	const held = [...views.filter((view) => view !== undefined), ...leasePart.hidden, ...mutexPart.hidden];
	// The first of the flat queue is then the same process, which entered it before it made the lease.
	const both = held.some((lease) => lease.made_by?.layout === "both");
	const [front] = queue;
	const first = both || front === undefined ? undefined : await viewNode(reads, path, front, "flat");
	const same = held.some(({ session }) => session !== UNKNOWN && session === first?.session);
	const passing = first?.made_by?.layout === "both" && !same;
	const holders = first === undefined || same || passing ? held : [first, ...held];
	const flat = queue
		.filter((name) => CONTENDER.test(name))
		.map((name) => ({ dir: path, name, layer: "flat" as const }));
	// Of those in the flat queue the first holds, or is on its way through v2; there it is counted once more, if at all.
	const flatWaiting = flat.slice(front !== undefined && CONTENDER.test(front) ? 1 : 0);
	const unheld = leases.slice(shown.length);
	const v2Waiting: NodePlace[] =
		mutex.length >= unheld.length
			? inOrder(mutex).map((name) => ({ dir: `${path}/locks`, name, layer: "mutex" }))
			: unheld.map((name) => ({ dir: `${path}/leases`, name, layer: "lease" }));
	const onItsWay = passing && v2Waiting.length === 0 ? flat.slice(0, 1) : v2Waiting;
	return { holders, waiting: [...flatWaiting, ...onItsWay] };
}

/**
 * The lock at `path` as it is now, from its children if they are known; undefined where there is none. What may not be
 * read of it counts as held. Throws a Fault "refused" where not even its children may be listed.
 */
export async function inspectLock(
	reads: Reads,
	path: string,
	known?: readonly string[],
): Promise<LockView | undefined> {
	const names = known ?? (await reads.children(path));
	if (names === undefined || !isLock(names)) return undefined;
	const { holders, waiting } = await lockState(reads, path, names);
	return { path, holders, waiting: waiting.length };
}

/** The first `most` that wait for the lock at `path`, in order; none where there is no lock any more. */
export async function waitersOf(reads: Reads, path: string, most: number): Promise<NodeView[]> {
	const names = await unlessRefused(reads.children(path));
	if (names === undefined || names === NOT_READABLE || !isLock(names)) return [];
	const { waiting } = await lockState(reads, path, names);
	const views = waiting.slice(0, most).map(({ dir, name, layer }) => viewNode(reads, dir, name, layer));
	return (await Promise.all(views)).filter((view) => view !== undefined);
}

/** `is held by HOLDER since TIME (KIND)`, for people. */
export function sayHolders({ holders }: LockView): string {
	const said = holders.map(({ node, holder, kind, since }) => {
		if (holder !== NOT_READABLE) return `${holder} since ${since} (${kind})`;
		return `somebody${since === UNKNOWN ? "" : ` since ${since}`} (${node}: not readable)`;
	});
	return `is held by ${said.join(" and by ")}`;
}
