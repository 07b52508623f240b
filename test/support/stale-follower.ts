import type { Session } from "../../src/locks/ports.ts";

/** Where the in-memory ensemble grants 6 s, a follower's client is asked to look sooner. */
const TIMEOUT_MS = 20;

/**
 * `session`, by a follower that has never carried out the deletes of these nodes: it lists and reads them, and calls no
 * watch of them, until its client leaves it for the next one. What only the leader decides is as it is.
 */
export function staleFollower(session: Session, nodes: readonly string[], next: "well" | "alike" = "well"): Session {
	const deleted = [...nodes];
	const nameIn = (dir: string, path: string) => (path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : "/");
	const shown = (dir: string) => deleted.map((path) => nameIn(dir, path)).filter((name) => !name.includes("/"));
	const stale = {
		timeoutMs: TIMEOUT_MS,
		leaveServer: async () => void (next === "well" && deleted.splice(0)),
		children: async (path: string, changed?: () => void) => {
			const names = await session.children(path, changed);
			return names && [...names, ...shown(path)];
		},
		read: async (path: string, changed?: () => void) => {
			if (!deleted.includes(path)) return await session.read(path, changed);
			return { data: Buffer.alloc(0), czxid: 1n, owner: 7n, createdMs: 0, children: 0, childChanges: 0 };
		},
	};
	return new Proxy(session, {
		get: (target, name) => {
			if (Object.hasOwn(stale, name)) return stale[name as keyof typeof stale];
			const value = Reflect.get(target, name, target);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
}
