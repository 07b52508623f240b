import type { NewNode, NodeRead } from "./ports.ts";

interface Node {
	readonly data: Buffer;
	readonly czxid: bigint;
	readonly owner: bigint;
	readonly createdMs: number;
	readonly children: Set<string>;
	childChanges: number;
	/** Names its sequential children so far; unlike `childChanges` it does not count deletes. */
	created: number;
}

type Kind = "data" | "children";

/** A watch of one session: called once. */
interface Watch {
	readonly kind: Kind;
	readonly path: string;
	readonly changed: () => void;
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/")) || "/";
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/**
 * ZooKeeper's tree as one server has it: nodes, owners, sequence numbers, one-time watches. Every call is one
 * transaction, carried out at once. Rules: ZooKeeper Programmer's Guide, "ZooKeeper Nodes" and "ZooKeeper Watches".
 */
export class InMemoryTree {
	readonly #nodes = new Map<string, Node>();
	#watches: Watch[] = [];
	#zxid = 0n;

	constructor() {
		this.#nodes.set("/", this.#node("", 0n));
	}

	/** Makes `path`; with `sequential` its name goes on with ten digits. The full path, or why not. */
	create(path: string, data: string, owner: bigint, sequential: boolean): string | "no-parent" | "exists" {
		const parent = this.#nodes.get(parentOf(path));
		// An ephemeral node has no children.
		if (parent === undefined || parent.owner !== 0n) return "no-parent";
		const full = sequential ? path + String(parent.created).padStart(10, "0") : path;
		if (this.#nodes.has(full)) return "exists";
		this.#nodes.set(full, this.#node(data, owner));
		parent.children.add(nameOf(full));
		parent.created += 1;
		parent.childChanges += 1;
		this.#fire("children", parentOf(full));
		return full;
	}

	remove(path: string): "removed" | "absent" | "not-empty" {
		const node = this.#nodes.get(path);
		if (node === undefined) return "absent";
		if (node.children.size > 0) return "not-empty";
		this.#zxid += 1n;
		this.#nodes.delete(path);
		const parent = this.#nodes.get(parentOf(path));
		parent?.children.delete(nameOf(path));
		if (parent !== undefined) parent.childChanges += 1;
		this.#fire("data", path);
		this.#fire("children", path);
		this.#fire("children", parentOf(path));
		return "removed";
	}

	/** All of the plan in one transaction, or nothing of it. The names of the sequential nodes, in order. */
	createTogether(plan: readonly (string | NewNode)[], owner: bigint): string[] | undefined {
		const made = new Set<string>();
		const isDirectory = (path: string) => made.has(path) || this.#nodes.get(path)?.owner === 0n;
		for (const part of plan) {
			if (!isDirectory(typeof part === "string" ? parentOf(part) : part.dir)) return undefined;
			if (typeof part !== "string") continue;
			if (made.has(part) || this.#nodes.has(part)) return undefined;
			made.add(part);
		}
		const before = this.#zxid;
		const names: string[] = [];
		for (const part of plan) {
			// One transaction has one number.
			this.#zxid = before;
			if (typeof part === "string") this.create(part, "", 0n, false);
			else names.push(nameOf(this.create(`${part.dir}/${part.prefix}`, part.data, owner, true)));
		}
		return names;
	}

	/** All of the nodes in one transaction, or none of them. */
	removeTogether(paths: readonly string[]): boolean {
		const gone = new Set<string>();
		for (const path of paths) {
			const node = this.#nodes.get(path);
			if (node === undefined || gone.has(path)) return false;
			if ([...node.children].some((name) => !gone.has(`${path}/${name}`))) return false;
			gone.add(path);
		}
		const before = this.#zxid;
		for (const path of paths) {
			this.#zxid = before;
			this.remove(path);
		}
		return true;
	}

	/** `changed` is called once, after the first change of the children or the delete, where the node is there. */
	children(path: string, changed?: () => void): string[] | undefined {
		const node = this.#nodes.get(path);
		if (node === undefined) return undefined;
		if (changed !== undefined) this.#watches.push({ kind: "children", path, changed });
		return [...node.children];
	}

	/** `changed` is called once, after the delete, where the node is there. */
	read(path: string, changed?: () => void): NodeRead | undefined {
		const node = this.#nodes.get(path);
		if (node === undefined) return undefined;
		if (changed !== undefined) this.#watches.push({ kind: "data", path, changed });
		const { data, czxid, owner, createdMs, childChanges } = node;
		return { data, czxid, owner, createdMs, childChanges, children: node.children.size };
	}

	/** Removes every node that `owner` made as ephemeral, as the end of its session does. */
	removeOwned(owner: bigint): void {
		const owned = [...this.#nodes].filter(([, node]) => node.owner === owner);
		for (const [path] of owned) this.remove(path);
	}

	/** Every path but the root, sorted. */
	paths(): string[] {
		return [...this.#nodes.keys()].filter((path) => path !== "/").toSorted();
	}

	#node(data: string, owner: bigint): Node {
		this.#zxid += 1n;
		const fresh = { children: new Set<string>(), childChanges: 0, created: 0 };
		return { data: Buffer.from(data), czxid: this.#zxid, owner, createdMs: Date.now(), ...fresh };
	}

	#fire(kind: Kind, path: string): void {
		const due = this.#watches.filter((watch) => watch.kind === kind && watch.path === path);
		this.#watches = this.#watches.filter((watch) => !due.includes(watch));
		for (const { changed } of due) changed();
	}
}
