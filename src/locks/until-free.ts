import { orAborted, sleep } from "../base/deadline.ts";
import { Fault } from "../base/fault.ts";
import { inspectLock, sayHolders } from "./inspect-lock.ts";
import { checkLockPath } from "./names.ts";
import type { Reads, Session } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";
import { StaleNodes } from "./stale-nodes.ts";

/** How often a part of the lock is listed again that may not be listed, and so cannot be watched, in ms. */
const UNWATCHED_MS = 2000;

/** What a server says, without the nodes that are gone. */
function withoutStale(session: Session, stale: StaleNodes): Reads {
	return {
		read: (path) => session.read(path),
		facts: (path) => session.facts(path),
		children: async (path) => {
			const names = await session.children(path);
			return names && [...stale.without(path, names)];
		},
	};
}

/**
 * Waits until nobody holds or is about to hold the lock at `path`, in either layout; what may not be read of it counts
 * as held. Throws "locked" with the holder past `deadline` (of `performance.now()`; `Infinity`: no limit), "refused"
 * where not even the lock's children may be listed, the signal's reason on abort, the session's fault with its loss.
 */
export async function untilFree(session: Session, path: string, deadline: number, signal: AbortSignal): Promise<void> {
	checkLockPath(path);
	const ends = AbortSignal.any([signal, session.lost]);
	const stale = new StaleNodes(session);
	const reads = withoutStale(session, stale);
	for (;;) {
		ends.throwIfAborted();
		const { promise, resolve } = Promise.withResolvers<void>();
		// Watches first, then the inspection: a change in between is seen by one of them.
		const parts = ["/locks", "/leases"].map((part) => unlessRefused(session.children(path + part, resolve)));
		const listed = await Promise.all([session.children(path, resolve), ...parts]);
		const view = await inspectLock(reads, path);
		if (view === undefined || view.holders.length + view.waiting === 0) return;
		const left = deadline - performance.now();
		if (left <= 0)
			throw new Fault("locked", `${path} ${view.holders.length === 0 ? "is about to be held" : sayHolders(view)}`);
		const longest = listed.includes(NOT_READABLE) ? UNWATCHED_MS : session.timeoutMs;
		const done = new AbortController();
		const late = sleep(Math.min(left, longest), done.signal);
		try {
			const woken = await orAborted(ends, Promise.race([promise.then(() => true), late.then(() => false)]));
			if (!woken) await stale.look(view.holders.map(({ node }) => node));
		} finally {
			done.abort(new Error("done"));
			await Promise.allSettled([late]);
		}
	}
}
