import { sleep } from "../base/deadline.ts";
import { Fault } from "../base/fault.ts";
import { inOrder } from "./names.ts";
import type { Entered } from "./own-nodes.ts";
import type { Session } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";
import { StaleNodes } from "./stale-nodes.ts";

/** What all steps of one acquire share. */
export interface Attempt {
	readonly session: Session;
	readonly path: string;
	/** Time of `performance.now()` in ms, for the whole acquire. */
	readonly deadline: number;
	/** The caller's, or the session's end. */
	readonly signal: AbortSignal;
}

/** Our node was deleted while we waited: the contender has to queue again. */
export class Displaced extends Error {}

/** What a contender waits for. */
interface Wait {
	readonly changed: Promise<void>;
	/** The nodes in its way, by path. */
	readonly behind: readonly string[];
	readonly stale: StaleNodes;
}

/**
 * Waits until `changed` resolves, the deadline has passed, or the leader says that a node in the way is gone: it is asked
 * once in a session's time-out, after which a dead holder's node is gone. Rejects when the signal aborts.
 */
async function change({ session, deadline, signal }: Attempt, { changed, behind, stale }: Wait): Promise<void> {
	for (;;) {
		const done = new AbortController();
		const left = deadline - performance.now();
		const late = sleep(Math.min(left, session.timeoutMs), AbortSignal.any([signal, done.signal]));
		try {
			const woken = await Promise.race([changed.then(() => true), late.then(() => false)]);
			if (woken || performance.now() >= deadline) return;
		} finally {
			done.abort(new Error("changed"));
			await Promise.allSettled([late]);
		}
		if (await stale.look(behind)) return;
	}
}

/**
 * For a node of ours that a list lacks: throws `Displaced` where the leader does not have it either. A server that
 * still does not list it, though it has heard the leader's answer, is left.
 */
async function checkMissing(session: Session, { dir, name }: Entered): Promise<void> {
	if (!(await session.isThere(`${dir}/${name}`))) throw new Displaced(dir);
	if ((await session.children(dir))?.includes(name) === true) return;
	await session.leaveServer(`it does not list ${dir}/${name}`);
}

const late = (path: string) => new Fault("locked", `${path} is held elsewhere`);

/**
 * Calls `changed` when the node `name` of `dir` is deleted, or sooner; false where the node is gone already. Where the
 * node may not be read, its directory is watched instead: `changed` is then called at each change of the directory.
 */
async function watchNode(session: Session, dir: string, name: string, changed: () => void): Promise<boolean> {
	const read = await unlessRefused(session.read(`${dir}/${name}`, changed));
	if (read !== NOT_READABLE) return read !== undefined;
	return (await session.children(dir, changed))?.includes(name) === true;
}

/** The flat lock, and the mutex of v2 (lock-layout.md, 3): returns once `mine` is first in its directory. */
export async function reachFront(attempt: Attempt, mine: Entered): Promise<void> {
	const { dir, name } = mine;
	// The first list was asked for together with the create; where the connection broke in between, it lacks our node.
	let listed = mine.names?.includes(name) ? mine.names : undefined;
	const stale = new StaleNodes(attempt.session);
	for (;;) {
		attempt.signal.throwIfAborted();
		const queue = inOrder(stale.without(dir, listed ?? (await attempt.session.children(dir)) ?? []));
		listed = undefined;
		const place = queue.indexOf(name);
		if (place < 0) {
			await checkMissing(attempt.session, mine);
			continue;
		}
		const before = queue[place - 1];
		if (before === undefined) return;
		if (performance.now() >= attempt.deadline) throw late(attempt.path);
		const { promise: changed, resolve } = Promise.withResolvers<void>();
		if (!(await watchNode(attempt.session, dir, before, resolve))) continue;
		await change(attempt, { changed, behind: [`${dir}/${before}`], stale });
	}
}

/** True where `mine` was the only node of its directory when that was listed after the create. */
export function isAlone({ name, names }: Entered): boolean {
	return names?.length === 1 && names[0] === name;
}

/**
 * v2's lease (lock-layout.md, 4): returns once `mine` is alone in its directory. Throws `Displaced` where `mine` or
 * `mutex` was deleted: without its mutex a contender must step back, since two that wait here would wait for each
 * other.
 */
export async function reachAlone(attempt: Attempt, mine: Entered, mutex: Entered): Promise<void> {
	const { dir, name } = mine;
	if (isAlone(mine)) return;
	const { session } = attempt;
	const stale = new StaleNodes(session);
	for (;;) {
		attempt.signal.throwIfAborted();
		const { promise: changed, resolve } = Promise.withResolvers<void>();
		const [listed = [], inMutex = []] = await Promise.all([
			session.children(dir, resolve),
			session.children(mutex.dir),
		]);
		const names = stale.without(dir, listed);
		const isListed = names.includes(name);
		if (isListed && names.length === 1) return;
		if (!isListed || !inMutex.includes(mutex.name)) {
			await checkMissing(session, isListed ? mutex : mine);
			continue;
		}
		if (performance.now() >= attempt.deadline) throw late(attempt.path);
		const behind = names.filter((other) => other !== name).map((other) => `${dir}/${other}`);
		await change(attempt, { changed, behind, stale });
	}
}
