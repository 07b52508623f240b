import type { LockHandle } from "./guard.ts";

/** Two locks as one: lost with either, in doubt with either. */
export function combineLocks(first: LockHandle, second: LockHandle): LockHandle {
	const both = [first, second];
	const lost = AbortSignal.any(both.map((lock) => lock.lost));
	return {
		path: second.path,
		get state() {
			const states = both.map((lock) => lock.state);
			return states.find((state) => state === "lost") ?? states.find((state) => state === "suspended") ?? "held";
		},
		get lost() {
			// Asking a lock is what finds out that its time is up.
			return both.find((lock) => lock.lost.aborted)?.lost ?? lost;
		},
		validity: () => {
			const trusts = both.map((lock) => lock.validity());
			return {
				freezeAt: Math.min(...trusts.map(({ freezeAt }) => freezeAt)),
				expiresAt: Math.min(...trusts.map(({ expiresAt }) => expiresAt)),
			};
		},
		onValidity: (listener) => {
			const offs = both.map((lock) => lock.onValidity(listener));
			return () => {
				for (const off of offs) off();
			};
		},
	};
}
