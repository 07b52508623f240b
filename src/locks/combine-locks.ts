import type { LockHandle } from "./guard.ts";

/** Two locks as one: suspended where one of them is, lost where one of them is. */
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
			// A lock evaluates its session when it is asked.
			return both.find((lock) => lock.lost.aborted)?.lost ?? lost;
		},
		validity: () => {
			const validities = both.map((lock) => lock.validity());
			return {
				freezeAt: Math.min(...validities.map(({ freezeAt }) => freezeAt)),
				expiresAt: Math.min(...validities.map(({ expiresAt }) => expiresAt)),
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
