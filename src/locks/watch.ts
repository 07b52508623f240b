import { isLock, type LockView, lookAt, type NodeView } from "./look.ts";
import type { Session } from "./ports.ts";
import { isServersOwn, join } from "./survey.ts";

/** A change of a lock. `held` is told of each holder that is there at the start. */
export type LockEvent =
	| { readonly event: "held" | "acquired" | "released"; readonly path: string; readonly holder: NodeView }
	| { readonly event: "waiting"; readonly path: string; readonly waiting: number };

/** Follows the locks at and below a root, through one session after another; tells what has changed since the last look. */
export class LockWatch {
	readonly #root: string;
	readonly #tell: (event: LockEvent) => void;
	readonly #views = new Map<string, LockView>();
	/** Directories that are listened to in the session in use. */
	#listening = new Set<string>();
	/** Looks at locks, one at a time, so that events keep their order. */
	#looks: Promise<void> = Promise.resolve();
	#first = true;

	constructor(root: string, tell: (event: LockEvent) => void) {
		this.#root = root;
		this.#tell = tell;
	}

	/** Follows until the session is lost or the signal aborts; rejects with the reason of either. */
	async follow(session: Session, signal: AbortSignal): Promise<never> {
		const { promise, reject } = Promise.withResolvers<never>();
		const stop = () => reject(signal.aborted ? signal.reason : session.lost.reason);
		signal.addEventListener("abort", stop, { once: true });
		session.lost.addEventListener("abort", stop, { once: true });
		this.#listening = new Set();
		const fail = (error: unknown) => reject(error);
		this.#listen(session, "/", fail).then(() => {
			// Once all is listened to: of what went away while nobody listened there is nothing left to listen to.
			for (const path of this.#views.keys()) this.#look(session, path, fail);
			this.#looks = this.#looks.then(() => {
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

	/** Of interest: what is below the root, and what leads to it. */
	#leads(path: string): boolean {
		if (isServersOwn(path)) return false;
		const inside = this.#root === "/" || path === this.#root || path.startsWith(`${this.#root}/`);
		return inside || path === "/" || this.#root.startsWith(`${path}/`);
	}

	async #listen(session: Session, dir: string, fail: (error: unknown) => void): Promise<void> {
		if (this.#listening.has(dir)) return;
		this.#listening.add(dir);
		const changed = () => {
			this.#listening.delete(dir);
			this.#listen(session, dir, fail).catch(fail);
		};
		const names = await session.children(dir, changed);
		const lock = dir.replace(/\/(?:locks|leases)$/, "");
		if (names === undefined) this.#listening.delete(dir);
		if (names === undefined || isLock(names) || lock !== dir || this.#views.has(dir)) this.#look(session, lock, fail);
		const below = (names ?? []).filter((name) => !/-\d{10}$/.test(name)).map((name) => join(dir, name));
		await Promise.all(below.filter((path) => this.#leads(path)).map((path) => this.#listen(session, path, fail)));
	}

	#look(session: Session, path: string, fail: (error: unknown) => void): void {
		if (this.#root !== "/" && path !== this.#root && !path.startsWith(`${this.#root}/`)) return;
		this.#looks = this.#looks.then(async () => this.#compare(path, await lookAt(session, path))).catch(fail);
	}

	#compare(path: string, view: LockView | undefined): void {
		const before = this.#views.get(path);
		if (view === undefined) this.#views.delete(path);
		else this.#views.set(path, view);
		const was = before?.holders ?? [];
		const is = view?.holders ?? [];
		const missing = (from: readonly NodeView[], all: readonly NodeView[]) =>
			from.filter(({ node }) => !all.some((other) => other.node === node));
		for (const holder of missing(was, is)) this.#tell({ event: "released", path, holder });
		for (const holder of missing(is, was)) this.#tell({ event: this.#first ? "held" : "acquired", path, holder });
		const waiting = view?.waiting ?? 0;
		if (waiting !== (before?.waiting ?? 0)) this.#tell({ event: "waiting", path, waiting });
	}
}
