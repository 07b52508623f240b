import { foreignData, type Holder, readHolder } from "./holder.ts";
import { inOrder, orderKey } from "./names.ts";
import type { NodeRead, Reads } from "./ports.ts";

/** Who made a node: one of ours, Curator by its layout, something else that blocks, or a lock node that no session owns. */
export type Kind = "tangles" | "curator flat" | "curator v2" | "foreign" | "leftover";
/** What a node is for: the flat queue, v2's mutex, v2's lease. */
export type Layer = "flat" | "mutex" | "lease";

export interface NodeView {
	readonly node: string;
	readonly layer: Layer;
	readonly kind: Kind;
	/** `host:pid user`, the IP address that Curator writes, or other data. */
	readonly holder: string;
	/** When the node was created, by the server's clock, ISO 8601. */
	readonly since: string;
	/** czxid, decimal. */
	readonly token: string;
	/** Hexadecimal, as the server's log has it; "0" for a node that stays. */
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

function kindOf(name: string, layer: Layer, { owner }: NodeRead, maker: Holder | undefined): Kind {
	const named = layer === "lease" ? CURATORS.test(name) : CONTENDER.test(name);
	if (owner === 0n) return named ? "leftover" : "foreign";
	if (!CURATORS.test(name)) return "foreign";
	if (maker !== undefined) return "tangles";
	return layer === "flat" ? "curator flat" : "curator v2";
}

/** One node as `locks show` has it, or undefined where it is gone. */
export async function viewNode(reads: Reads, dir: string, name: string, layer: Layer): Promise<NodeView | undefined> {
	const node = `${dir}/${name}`;
	const read = await reads.read(node);
	if (read === undefined) return undefined;
	const maker = readHolder(read.data);
	return {
		node,
		layer,
		kind: kindOf(name, layer, read, maker),
		holder: maker === undefined ? foreignData(read.data) || "-" : `${maker.host}:${maker.pid} ${maker.user}`,
		since: new Date(read.createdMs).toISOString(),
		token: String(read.czxid),
		session: BigInt.asUintN(64, read.owner).toString(16),
		...(maker === undefined ? {} : { made_by: maker }),
	};
}

/** The flat queue among a lock's children, in order: contenders, and whatever else sorts before one (lock-layout.md, 6). */
export function flatQueue(names: readonly string[]): string[] {
	const children = names.filter((name) => name !== "locks" && name !== "leases");
	return inOrder(children.filter((name) => CONTENDER.test(name) || orderKey(name) < BEHIND));
}

/** The leases in the order in which they were made; those of others first, because they are never given back. */
export function leaseOrder(names: readonly string[]): string[] {
	const sequence = (name: string) => (CURATORS.test(name) ? name.slice(-10) : "");
	return [...names].sort((a, b) => (sequence(a) < sequence(b) ? -1 : sequence(a) > sequence(b) ? 1 : 0));
}

/** The lock at `path` as it is now, from its children if they are known; undefined where there is none. */
export async function lookAt(reads: Reads, path: string, known?: readonly string[]): Promise<LockView | undefined> {
	const names = known ?? (await reads.children(path));
	if (names === undefined || !isLock(names)) return undefined;
	const list = async (part: string) =>
		names.includes(part) ? ((await reads.children(`${path}/${part}`)) ?? []) : ([] as string[]);
	const queue = flatQueue(names);
	const [leases, mutex] = await Promise.all([list("leases").then(leaseOrder), list("locks")]);
	// Where Curator's own nodes are behind somebody else's, both stand in the way.
	const shown = leases.slice(0, 1 + leases.filter((name) => !CURATORS.test(name)).length);
	const views = await Promise.all(shown.map((name) => viewNode(reads, `${path}/leases`, name, "lease")));
	const held = views.filter((view) => view !== undefined);
	// The flat queue's first is then the same process, which took it before the lease.
	const both = held.some((lease) => lease.made_by?.layout === "both");
	const [front] = queue;
	const first = both || front === undefined ? undefined : await viewNode(reads, path, front, "flat");
	const same = held.some((lease) => lease.session === first?.session);
	const passing = first?.made_by?.layout === "both" && !same;
	const holders = first === undefined || same || passing ? held : [first, ...held];
	const contenders = queue.filter((name) => CONTENDER.test(name)).length;
	// Of those in the flat queue the first holds, or is on its way through v2; there it is counted once more, if at all.
	const flatWaiting = contenders - (front !== undefined && CONTENDER.test(front) ? 1 : 0);
	const v2Waiting = Math.max(mutex.length, leases.length - shown.length);
	return { path, holders, waiting: flatWaiting + (passing ? Math.max(1, v2Waiting) : v2Waiting) };
}

/** `is held by HOLDER since TIME (KIND)`, for people. */
export function sayHolders({ holders }: LockView): string {
	return `is held by ${holders.map(({ holder, kind, since }) => `${holder} since ${since} (${kind})`).join(" and by ")}`;
}
