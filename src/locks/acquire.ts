import { Fault, isFault } from "../base/fault.ts";
import type { Attempt } from "./attempt.ts";
import { Displaced, isAlone, reachAlone, reachFront } from "./attempt.ts";
import type { Held } from "./held.ts";
import { hold } from "./held.ts";
import { inspectLock, sayHolders } from "./inspect-lock.ts";
import { checkLockPath, type LockLayout } from "./names.ts";
import { OwnNodes } from "./own-nodes.ts";
import type { Session } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";

export interface AcquireOptions {
	readonly layout: LockLayout;
	/** How long to wait in all, in ms; 0 is a real try. */
	readonly waitMs: number;
	/** When that is over, of `performance.now()`, where the waiting began before this call. */
	readonly deadline?: number;
	/** What the nodes hold: one JSON object, see `holder.ts`. */
	readonly data: string;
	readonly signal: AbortSignal;
}

/**
 * Takes the lock at `path`: flat, then v2 (lock-layout.md, 1). A node of ours that is deleted while it waits is made
 * anew, at the end of the queue, with the same deadline. Throws a fault of kind "locked" that names the holder past the
 * wait, the signal's reason on abort, "usage" for an illegal path, the session's fault with its loss; in every case no
 * node of ours stays.
 */
export async function acquire(session: Session, path: string, options: AcquireOptions): Promise<Held> {
	checkLockPath(path);
	const attempt: Attempt = {
		session,
		path,
		deadline: options.deadline ?? performance.now() + options.waitMs,
		signal: AbortSignal.any([options.signal, session.lost]),
	};
	for (;;) {
		const own = new OwnNodes(session, path, attempt.signal);
		try {
			const fresh = await takeFresh(attempt, own, options);
			if (fresh !== undefined) return fresh;
			await take(attempt, own, options);
			return await hold({ ...attempt, own });
		} catch (error) {
			await own.leave();
			// A node may also be deleted just as the lock is acquired; with the session alive we queue again.
			if (error instanceof Displaced || (isFault(error, "lost") && !session.lost.aborted)) continue;
			throw isFault(error, "locked") ? await named(session, path, options) : error;
		}
	}
}

/**
 * The lock where it is in nobody's use and has no directory: one transaction, with the reads of what it makes behind it,
 * in one round trip. Undefined where nothing was made. README.md, "Why the lock is ours", says why this is safe.
 */
async function takeFresh(attempt: Attempt, own: OwnNodes, { layout, data }: AcquireOptions): Promise<Held | undefined> {
	const holding = { ...attempt, own };
	const { paths, made } = own.enterFresh(layout, data);
	const [makes, holds] = await Promise.allSettled([made, hold(holding, paths)]);
	if (makes.status === "rejected") throw makes.reason;
	if (!makes.value) return undefined;
	// Where the connection broke in between, the reads may have come before the nodes.
	return holds.status === "fulfilled" ? holds.value : await hold(holding);
}

async function take(attempt: Attempt, own: OwnNodes, { layout, data }: AcquireOptions): Promise<void> {
	const { path } = attempt;
	if (layout !== "v2") await reachFront(attempt, await own.enter(path, "lock-", data));
	if (layout === "flat") return;
	const [leases, locks] = [`${path}/leases`, `${path}/locks`];
	// Where there is no other contender, the lease alone is enough: the mutex only prevents that two wait for each
	// other's lease, and here nobody waits. It saves five of thirteen writes and a round trip.
	const early = await own.enter(leases, "lease-", data, locks);
	if (isAlone(early) && (early.other ?? []).length === 0) return;
	await own.drop(early);
	const mutex = await own.enter(locks, "lock-", data);
	await reachFront(attempt, mutex);
	await reachAlone(attempt, await own.enter(leases, "lease-", data), mutex);
	// Not awaited: it is answered before every later request. Where it fails, later requests fail too; `leave` repeats
	// it.
	void Promise.allSettled([own.drop(mutex)]);
}

async function named(session: Session, path: string, { waitMs }: AcquireOptions): Promise<Fault> {
	const view = await unlessRefused(inspectLock(session, path));
	const waited = waitMs > 0 ? `, waited ${Math.round(waitMs / 100) / 10} s` : "";
	// The lock may have become free since the refusal.
	const free = view === undefined || (view !== NOT_READABLE && view.holders.length === 0);
	const by = free
		? "was held elsewhere until now"
		: view === NOT_READABLE
			? "is held by somebody (not readable)"
			: sayHolders(view);
	return new Fault("locked", `${path} ${by}${waited}`, {
		hint: `--wait DUR waits for it; \`tangles locks show ${path}\` shows the queue`,
	});
}
