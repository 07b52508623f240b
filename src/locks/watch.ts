import { inspectLock, isLock, type LockView, type NodeView } from "./inspect-lock.ts";
import type { Session } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";
import { isServersOwn, join } from "./scan-locks.ts";

/**
 * A change of a lock. `held` is emitted for each holder at the start; `not-readable` once for each directory that may
 * not be listed: there are no events for locks there and below.
 */
export type LockEvent =
	| { readonly event: "held" | "acquired" | "released"; readonly path: string; readonly holder: NodeView }
	| { readonly event: "waiting"; readonly path: string; readonly waiting: number }
	| { readonly event: "not-readable"; readonly path: string };

/**
 * Follows the locks at and below a root, through one session after another; emits what has changed since the last
 * inspection.
 */
export class LockWatch {
	readonly #root: string;
	readonly #emit: (event: LockEvent) => void;
	readonly #views = new Map<string, LockView>();
	/** Directories that are listened to in the session in use. */
	#listening = new Set<string>();
	/** Directories for which `not-readable` was emitted. */
	readonly #hidden = new Set<string>();
	/** Inspections of locks, one at a time, so that events keep their order. */
	#inspections: Promise<void> = Promise.resolve();
	#first = true;

	constructor(root: string, emit: (event: LockEvent) => void) {
		this.#root = root;
		this.#emit = emit;
	}

	/**
	 * Follows until the session is lost or the signal aborts; rejects with the reason of either, and with a Fault
	 * "refused" where not even the root may be listed.
	 */
	async follow(session: Session, signal: AbortSignal): Promise<never> {
		const { promise, reject } = Promise.withResolvers<never>();
		const stop = () => reject(signal.aborted ? signal.reason : session.lost.reason);
		signal.addEventListener("abort", stop, { once: true });
		session.lost.addEventListener("abort", stop, { once: true });
		this.#listening = new Set();
		const fail = (error: unknown) => reject(error);
		this.#listen(session, "/", fail).then(() => {
			// After all watches are set: a lock that went away in between has no directory left to watch.
			for (const path of this.#views.keys()) this.#inspect(session, path, fail);
			this.#inspections = this.#inspections.then(() => {
				this.#first = false;
			});
		}, fail);
		if (signal.aborted || session.lost.aborted) stop();
		try {
			return await promise;
		} finally {
			signal.removeEventListener("abort", stop);
			session.lost.removeEventListener("abort", stop);
		}
	}

	#inside(path: string): boolean {
		return this.#root === "/" || path === this.#root || path.startsWith(`${this.#root}/`);
	}

	/** Of interest: what is below the root, and what leads to it. */
	#leads(path: string): boolean {
		if (isServersOwn(path)) return false;
		return this.#inside(path) || path === "/" || this.#root.startsWith(`${path}/`);
	}

	/** The names in `dir`. Where it may not be listed, that which leads to the root, and none inside of it. */
	async #names(session: Session, dir: string, changed: () => void): Promise<readonly string[] | undefined> {
		const names = session.children(dir, changed);
		const listed = dir === this.#root ? await names : await unlessRefused(names);
		if (listed !== NOT_READABLE) {
			this.#hidden.delete(dir);
			return listed;
		}
		// Nothing calls when it may be listed again: it is tried with the next change above it.
		this.#listening.delete(dir);
		if (!this.#inside(dir)) return [this.#root.slice(dir === "/" ? 1 : dir.length + 1).split("/", 1)[0] ?? ""];
		if (!this.#hidden.has(dir)) this.#emit({ event: "not-readable", path: dir });
		this.#hidden.add(dir);
		return [];
	}

	async #listen(session: Session, dir: string, fail: (error: unknown) => void): Promise<void> {
		if (this.#listening.has(dir)) return;
		this.#listening.add(dir);
		const changed = () => {
			this.#listening.delete(dir);
			this.#listen(session, dir, fail).catch(fail);
		};
		const names = await this.#names(session, dir, changed);
		const lock = dir.replace(/\/(?:locks|leases)$/, "");
		if (names === undefined) this.#listening.delete(dir);
		if (names === undefined || isLock(names) || lock !== dir || this.#views.has(dir))
			this.#inspect(session, lock, fail);
		const below = (names ?? []).filter((name) => !/-\d{10}$/.test(name)).map((name) => join(dir, name));
		await Promise.all(below.filter((path) => this.#leads(path)).map((path) => this.#listen(session, path, fail)));
	}

	#inspect(session: Session, path: string, fail: (error: unknown) => void): void {
		if (!this.#inside(path)) return;
		const inspect = async () => {
			const view = await unlessRefused(inspectLock(session, path));
			if (view !== NOT_READABLE) this.#compare(path, view);
		};
		this.#inspections = this.#inspections.then(inspect).catch(fail);
	}

	#compare(path: string, view: LockView | undefined): void {
		const before = this.#views.get(path);
		if (view === undefined) this.#views.delete(path);
		else this.#views.set(path, view);
		const was = before?.holders ?? [];
		const is = view?.holders ?? [];
		const missing = (from: readonly NodeView[], all: readonly NodeView[]) =>
			from.filter(({ node }) => !all.some((other) => other.node === node));
		for (const holder of missing(was, is)) this.#emit({ event: "released", path, holder });
		for (const holder of missing(is, was)) this.#emit({ event: this.#first ? "held" : "acquired", path, holder });
		const waiting = view?.waiting ?? 0;
		if (waiting !== (before?.waiting ?? 0)) this.#emit({ event: "waiting", path, waiting });
	}
}
