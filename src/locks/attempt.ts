import { pause } from "../base/deadline.ts";
import { Fault, isFault } from "../base/fault.ts";
import { inOrder } from "./names.ts";
import type { Session } from "./ports.ts";

/** What all steps of one acquire share. */
export interface Attempt {
	readonly session: Session;
	readonly path: string;
	readonly data: string;
	/** Time of `performance.now()` in ms; one for the whole acquire. */
	readonly deadline: number;
	/** The caller's, or the session's end. */
	readonly signal: AbortSignal;
}

/** Creates an ephemeral node below `dir`, with the directories it needs; gives its name. When it fails, nothing is left behind. */
export async function enter(
	{ session, data, signal }: Attempt,
	dir: string,
	kind: "lock-" | "lease-",
): Promise<string> {
	const prefix = `_c_${crypto.randomUUID()}-${kind}`;
	let name = await session.createOwn(dir, prefix, data);
	while (name === undefined) {
		signal.throwIfAborted();
		await session.makeDirectories(dir);
		name = await session.createOwn(dir, prefix, data);
	}
	return name;
}

/** Waits until `watch` calls back. False once the deadline has passed; rejects when the signal aborts. */
async function change({ deadline, signal }: Attempt, changed: Promise<void>): Promise<boolean> {
	const done = new AbortController();
	const left = Math.max(0, deadline - performance.now());
	const late = pause(left, AbortSignal.any([signal, done.signal])).then(() => false);
	try {
		return await Promise.race([changed.then(() => true), late]);
	} finally {
		done.abort(new Error("changed"));
		await Promise.allSettled([late]);
	}
}

const gone = (dir: string) => new Fault("lost", `our node in ${dir} was deleted while we waited`);
const late = (path: string) => new Fault("locked", `${path} is held elsewhere`);

/** The flat lock, and the mutex of v2 (lock-layout.md, 3): returns once `mine` is first in `dir`. */
export async function reachFront(attempt: Attempt, dir: string, mine: string): Promise<void> {
	for (;;) {
		attempt.signal.throwIfAborted();
		const queue = inOrder((await attempt.session.children(dir)) ?? []);
		const place = queue.indexOf(mine);
		if (place < 0) throw gone(dir);
		const before = queue[place - 1];
		if (before === undefined) return;
		if (performance.now() >= attempt.deadline) throw late(attempt.path);
		const { promise, resolve } = Promise.withResolvers<void>();
		if ((await attempt.session.read(`${dir}/${before}`, resolve)) !== undefined) await change(attempt, promise);
	}
}

/** v2's lease (lock-layout.md, 4): returns once `mine` is alone in `dir`. */
export async function reachAlone(attempt: Attempt, dir: string, mine: string): Promise<void> {
	for (;;) {
		attempt.signal.throwIfAborted();
		const { promise, resolve } = Promise.withResolvers<void>();
		const names = (await attempt.session.children(dir, resolve)) ?? [];
		if (!names.includes(mine)) throw gone(dir);
		if (names.length === 1) return;
		if (performance.now() >= attempt.deadline) throw late(attempt.path);
		await change(attempt, promise);
	}
}

/** Deletes nodes of ours in the order given. With the session gone they go too, so that its loss is no error here. */
export async function leave(session: Session, paths: readonly string[]): Promise<void> {
	const results = await Promise.allSettled(paths.map((path) => session.remove(path)));
	for (const result of results) {
		if (result.status === "rejected" && !(session.lost.aborted && isFault(result.reason))) throw result.reason;
	}
}
