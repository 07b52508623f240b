import { Fault } from "../base/fault.ts";
import { InMemoryTree } from "./in-memory-tree.ts";
import type { NewNode, NodeFacts, NodeRead, Reads, Session, SessionState, Validity } from "./ports.ts";

const TIMEOUT_MS = 6000;

/** Decides when the next step of a server or a client happens; steps of one session keep their order. */
export type Schedule = (session: bigint, step: () => void) => void;

/**
 * An ensemble without a server, for unit tests and model checks of the lock: one tree, and sessions that a test can
 * suspend, resume and expire. Requests of one session are carried out and answered in order; the
 * schedule decides how sessions interleave. The contract that this adapter and the real server share is
 * `test/support/session-contract.ts`.
 */
export class InMemoryEnsemble {
	readonly tree = new InMemoryTree();
	readonly #schedule: Schedule;
	#sessions = 0n;

	constructor(schedule: Schedule = (_, step) => queueMicrotask(step)) {
		this.#schedule = schedule;
	}

	open(): InMemorySession {
		this.#sessions += 1n;
		return new InMemorySession(this.#sessions, this.tree, this.#schedule);
	}
}

export class InMemorySession implements Session {
	readonly id: bigint;
	readonly address = "memory";
	readonly timeoutMs = TIMEOUT_MS;
	readonly bulk: Reads;
	readonly #tree: InMemoryTree;
	readonly #schedule: Schedule;
	readonly #lost = new AbortController();
	readonly #listeners = new Set<() => void>();
	readonly #later = new Set<Promise<unknown>>();
	#state: SessionState = "connected";
	/** What was asked while there was no connection, in order. */
	#unsent: (() => void)[] = [];

	constructor(id: bigint, tree: InMemoryTree, schedule: Schedule) {
		this.id = id;
		this.#tree = tree;
		this.#schedule = schedule;
		this.bulk = {
			children: (path) => this.children(path),
			read: (path) => this.read(path),
			facts: (path) => this.facts(path),
		};
	}

	get state(): SessionState {
		return this.#state;
	}

	get lost(): AbortSignal {
		return this.#lost.signal;
	}

	validity(): Validity {
		const now = performance.now();
		if (this.#state === "lost") return { freezeAt: now, expiresAt: now };
		return { freezeAt: this.#state === "connected" ? now + TIMEOUT_MS : now, expiresAt: now + TIMEOUT_MS };
	}

	onValidity(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** The connection is gone: what is asked from now on waits for `resume`. */
	suspend(): void {
		this.#turn("suspended");
	}

	/** Connected again, on the same session. */
	resume(): void {
		this.#turn("connected");
		for (const send of this.#unsent.splice(0)) send();
	}

	/** The server ends the session, and the client learns it at once. */
	expire(): void {
		this.#tree.removeOwned(this.id);
		this.#lose("the session has expired");
	}

	async prove(): Promise<void> {
		await this.#ask(() => undefined);
	}

	async createTogether(plan: readonly (string | NewNode)[]): Promise<string[] | undefined> {
		return await this.#ask(() => this.#tree.createTogether(plan, this.id));
	}

	async removeTogether(paths: readonly string[]): Promise<boolean> {
		return await this.#ask(() => this.#tree.removeTogether(paths));
	}

	async createOwn(dir: string, prefix: string, data: string): Promise<string | undefined> {
		const path = await this.#ask(() => this.#tree.create(`${dir}/${prefix}`, data, this.id, true));
		return path === "no-parent" ? undefined : path.slice(path.lastIndexOf("/") + 1);
	}

	async makeDirectory(path: string): Promise<void> {
		await this.#ask(() => this.#tree.create(path, "", 0n, false));
	}

	async makeDirectories(path: string): Promise<void> {
		const parts = path.split("/").slice(1);
		const paths = parts.map((_, depth) => `/${parts.slice(0, depth + 1).join("/")}`);
		await Promise.all(paths.map((part) => this.makeDirectory(part)));
	}

	async remove(path: string): Promise<"removed" | "absent" | "not-empty"> {
		return await this.#ask(() => this.#tree.remove(path));
	}

	async children(path: string, changed?: () => void): Promise<string[] | undefined> {
		return await this.#ask(() => this.#tree.children(path, this.#event(changed)));
	}

	async read(path: string, changed?: () => void): Promise<NodeRead | undefined> {
		return await this.#ask(() => this.#tree.read(path, this.#event(changed)));
	}

	async facts(path: string): Promise<NodeFacts | undefined> {
		const node = await this.read(path);
		if (node === undefined) return undefined;
		const { data: _, ...facts } = node;
		return facts;
	}

	async isThere(path: string): Promise<boolean> {
		return (await this.#ask(() => this.#tree.read(path))) !== undefined;
	}

	/** There is one view of the tree. */
	async leaveServer(): Promise<void> {}

	later(work: Promise<unknown>): void {
		const forget = () => void this.#later.delete(work);
		this.#later.add(work);
		work.then(forget, forget);
	}

	async close(): Promise<void> {
		await Promise.allSettled(this.#later);
		this.expire();
	}

	/** Carried out in one step of the schedule, answered in another. */
	#ask<T>(transaction: () => T): Promise<T> {
		return new Promise((resolve, reject) => {
			const lost = () => reject(this.#lost.signal.reason);
			const send = () => {
				this.#schedule(this.id, () => {
					if (this.#lost.signal.aborted) return lost();
					const answer = transaction();
					this.#schedule(this.id, () => (this.#lost.signal.aborted ? lost() : resolve(answer)));
				});
			};
			if (this.#lost.signal.aborted) lost();
			else if (this.#state === "connected") send();
			else {
				this.#unsent.push(send);
				this.#lost.signal.addEventListener("abort", lost, { once: true });
			}
		});
	}

	/** An event travels to the client by the same connection as the answers. */
	#event(changed: (() => void) | undefined): (() => void) | undefined {
		if (changed === undefined) return undefined;
		return () => this.#schedule(this.id, () => this.#lost.signal.aborted || changed());
	}

	#lose(why: string): void {
		if (this.#lost.signal.aborted) return;
		this.#lost.abort(new Fault("unreachable", `lost the session with ZooKeeper ${this.address}: ${why}`));
		this.#turn("lost");
	}

	#turn(state: SessionState): void {
		if (this.#state === "lost" || this.#state === state) return;
		this.#state = state;
		for (const listener of [...this.#listeners]) listener();
	}
}
