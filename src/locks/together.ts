import type { Guarding } from "./guard.ts";

/** Two locks as one: lost with either, in doubt with either. */
export function together(first: Guarding, second: Guarding): Guarding {
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
		trust: () => {
			const trusts = both.map((lock) => lock.trust());
			return {
				freezeAt: Math.min(...trusts.map(({ freezeAt }) => freezeAt)),
				lostAt: Math.min(...trusts.map(({ lostAt }) => lostAt)),
			};
		},
		onTrust: (listener) => {
			const offs = both.map((lock) => lock.onTrust(listener));
			return () => {
				for (const off of offs) off();
			};
		},
	};
}
