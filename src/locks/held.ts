import { orAborted } from "../base/deadline.ts";
import { Fault, messageOf } from "../base/fault.ts";
import type { OwnNodes } from "./own-nodes.ts";
import type { NodeRead, Session, Validity } from "./ports.ts";

/** A lock as acquired. */
export interface Held {
	readonly path: string;
	/**
	 * Fencing token: czxid of the node created last, in decimal. It only grows from holder to holder, as long as all
	 * holders use one `lock-layout`: a flat node is made when its contender enters the queue, a lease when its turn has
	 * come.
	 */
	readonly token: string;
	/** Suspended: the session is suspended, or our nodes were not read since it was. */
	readonly state: "held" | "suspended" | "lost";
	/** Aborts with a `Fault` of kind "lost" when the session is lost or a node of ours was deleted. */
	readonly lost: AbortSignal;
	/** Until when work may go on; in the past while suspended. */
	validity(): Validity;
	/** Calls back when `validity()` or `state` has changed. Returns the function that ends it. */
	onValidity(listener: () => void): () => void;
	/**
	 * Resolves as soon as the state is "held"; rejects with the reason of the loss, or of `signal`. To be awaited before
	 * each step that cannot be undone.
	 */
	ensureHeld(signal?: AbortSignal): Promise<void>;
	/** Deletes our nodes, the last first, and those of the lock's own directories that are empty. */
	release(): Promise<void>;
}

/** What a lock is held by. */
export interface Holding {
	readonly session: Session;
	readonly path: string;
	/** Ends the wait for the reads. */
	readonly signal: AbortSignal;
	readonly own: OwnNodes;
}

/**
 * Watches every node of the lock from now on. Throws a Fault "lost" where one is missing or belongs to another session.
 * The nodes are read behind a proof of the session; where `fresh` are the nodes of a transaction that is on its way, that
 * transaction is the proof.
 */
export async function hold(holding: Holding, fresh?: readonly string[]): Promise<Held> {
	const { session, path, signal, own } = holding;
	const nodes = fresh ?? (await own.paths()).filter((node) => !node.startsWith(`${path}/locks/`));
	const lock = new HeldLock(holding, nodes);
	try {
		await orAborted(signal, lock.begin(fresh === undefined ? session.prove() : undefined));
		return lock;
	} catch (error) {
		lock.forget();
		throw error;
	}
}

/**
 *    (begin) --> held <--nodes read again, session connected--> suspended
 *                 |        --session suspended, a node changed-->    |
 *                 +--------------------------------------------------+
 *                 |
 *                 +-- a node missing or of another session, session lost, node not readable --> lost
 *
 * `release` ends the lock in every state: no listener is called, and `lost` no longer aborts, after it. The lock begins
 * once.
 */
class HeldLock implements Held {
	readonly path: string;
	token = "";
	readonly #session: Session;
	readonly #own: OwnNodes;
	readonly #lost = new AbortController();
	readonly #listeners = new Set<() => void>();
	readonly #nodes: readonly string[];
	#offValidity = () => {};
	#verified = false;
	#verifying = false;
	#doubted = false;
	#begun = false;
	#ended = false;

	constructor({ session, path, own }: Holding, nodes: readonly string[]) {
		this.#session = session;
		this.path = path;
		this.#own = own;
		this.#nodes = nodes;
	}

	async begin(proof: Promise<void> | undefined): Promise<void> {
		if (this.#begun || this.#ended) throw new Error(`the lock ${this.path} cannot begin again`);
		this.#begun = true;
		this.#offValidity = this.#session.onValidity(this.#sessionChanged);
		this.#session.lost.addEventListener("abort", this.#sessionLost, { once: true });
		const nodes = await this.#read(proof);
		this.#lost.signal.throwIfAborted();
		this.token = String(nodes.at(-1)?.czxid);
		this.#verified = !this.#doubted && this.#session.state === "connected";
		if (!this.#verified) void this.#verify();
	}

	get lost(): AbortSignal {
		// The session evaluates its clock when it is asked, even if its timer is late.
		if (this.#session.lost.aborted) this.#sessionLost();
		return this.#lost.signal;
	}

	get state(): Held["state"] {
		if (this.lost.aborted) return "lost";
		return this.#verified && this.#session.state === "connected" ? "held" : "suspended";
	}

	validity(): Validity {
		const { freezeAt, expiresAt } = this.#session.validity();
		const now = performance.now();
		if (this.state === "lost") return { freezeAt: now, expiresAt: now };
		return { freezeAt: this.#verified ? freezeAt : Math.min(now, freezeAt), expiresAt };
	}

	onValidity(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async ensureHeld(signal?: AbortSignal): Promise<void> {
		const ends = signal === undefined ? this.lost : AbortSignal.any([this.lost, signal]);
		ends.throwIfAborted();
		while (this.state !== "held") {
			let off = () => {};
			const changed = new Promise<void>((resolve) => {
				off = this.onValidity(resolve);
			});
			try {
				await orAborted(ends, changed);
			} finally {
				off();
			}
		}
	}

	async release(): Promise<void> {
		this.forget();
		await this.#own.leave();
	}

	forget(): void {
		this.#ended = true;
		this.#offValidity();
		this.#session.lost.removeEventListener("abort", this.#sessionLost);
	}

	/**
	 * Reads and watches the nodes, behind `proof`: the reads see every transaction before it, even on a server that lags
	 * behind its leader. A missing node, or one of another session, is the loss of the lock.
	 */
	async #read(proof: Promise<void> | undefined): Promise<(NodeRead | undefined)[]> {
		const reads = this.#nodes.map((node) => this.#session.read(node, this.#nodeChanged));
		const [, ...nodes] = await Promise.all([proof, ...reads]);
		if (nodes.some((node) => node === undefined)) this.#lose("its node was deleted");
		else if (nodes.some((node) => node?.owner !== this.#session.id)) this.#lose("its node belongs to another session");
		return nodes;
	}

	async #verify(): Promise<void> {
		if (this.#verifying || this.#ended) return;
		this.#verifying = true;
		try {
			do {
				this.#doubted = false;
				await this.#read(this.#session.prove());
				// A change that came while the answers were on their way: the nodes are read again.
			} while (this.#doubted && this.#session.state === "connected" && !this.#lost.signal.aborted);
			this.#verified = !this.#doubted && this.#session.state === "connected";
		} catch (error) {
			this.#lose(`its node could not be read: ${messageOf(error)}`, error);
		}
		this.#verifying = false;
		this.#emit();
	}

	#doubt(): void {
		this.#verified = false;
		this.#doubted = true;
	}

	readonly #nodeChanged = () => {
		this.#doubt();
		void this.#verify();
		this.#emit();
	};

	readonly #sessionChanged = () => {
		if (this.#session.state !== "connected") this.#doubt();
		else if (!this.#verified) void this.#verify();
		this.#emit();
	};

	readonly #sessionLost = () => this.#lose("the session is gone", this.#session.lost.reason);

	#lose(why: string, cause?: unknown): void {
		if (this.#ended || this.#lost.signal.aborted) return;
		this.#lost.abort(new Fault("lost", `the lock ${this.path} was lost: ${why}`, { cause }));
		this.#emit();
	}

	#emit(): void {
		if (!this.#ended) for (const listener of [...this.#listeners]) listener();
	}
}
