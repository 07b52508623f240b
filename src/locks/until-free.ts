import { pause, unlessAborted } from "../base/deadline.ts";
import { Fault } from "../base/fault.ts";
import { lookAt, sayHolders } from "./look.ts";
import { checkLockPath } from "./names.ts";
import type { Session } from "./ports.ts";

/**
 * Waits until nobody holds or is about to hold the lock at `path`, in either layout. Throws "locked" with the holder past `timeoutMs`
 * (undefined: no limit), the signal's reason on abort, the session's fault with its loss.
 */
export async function untilFree(
	session: Session,
	path: string,
	timeoutMs: number | undefined,
	signal: AbortSignal,
): Promise<void> {
	checkLockPath(path);
	const ends = AbortSignal.any([signal, session.lost]);
	const done = new AbortController();
	const late =
		timeoutMs === undefined
			? new Promise<"late">(() => {})
			: pause(timeoutMs, done.signal).then(
					() => "late" as const,
					() => "late" as const,
				);
	try {
		for (;;) {
			const { promise, resolve } = Promise.withResolvers<void>();
			// Watches first, then the look: what changes in between is seen by one or the other.
			await Promise.all(["", "/locks", "/leases"].map((part) => session.children(path + part, resolve)));
			const view = await lookAt(session, path);
			if (view === undefined || view.holders.length + view.waiting === 0) return;
			if ((await unlessAborted(ends, Promise.race([promise, late]))) === "late") {
				const by = view.holders.length === 0 ? "is about to be held" : sayHolders(view);
				throw new Fault("locked", `${path} ${by}`);
			}
		}
	} finally {
		done.abort(new Error("done"));
	}
}
