import { inPool } from "../base/pool.ts";
import type { Lanes } from "./lanes.ts";
import { beside, isLock, type LockView, lookAt } from "./look.ts";
import type { Session } from "./ports.ts";

/** Requests in flight: enough to keep the server busy, few enough that no queue grows long. */
const WIDTH = 1000;

/** A directory and its children. */
export interface Directory {
	readonly path: string;
	readonly names: readonly string[];
}

export const join = (dir: string, name: string) => (dir === "/" ? `/${name}` : `${dir}/${name}`);

/** True for ZooKeeper's own part of the tree. */
export const isServersOwn = (path: string) => path === "/zookeeper" || path.startsWith("/zookeeper/");

/** Looks at many places at once, each through one of the lanes. */
async function spread<T>(lanes: Lanes, places: readonly T[], look: (session: Session, place: T) => Promise<void>) {
	const sessions = await lanes.for(places.length);
	let next = 0;
	await inPool(places, WIDTH, async (place) => {
		const lane = sessions[next % sessions.length] ?? sessions[0];
		next += 1;
		await look(lane, place);
	});
}

/** Every directory at and below `root`, level by level; a lock's own `locks`, `leases` and contenders are not gone into. */
export async function walk(lanes: Lanes, root: string, visit: (directory: Directory) => void): Promise<void> {
	let level = [root];
	while (level.length > 0) {
		const next: string[] = [];
		await spread(lanes, level, async (session, path) => {
			const names = await session.children(path);
			if (names === undefined) return;
			visit({ path, names });
			const inside = isLock(names) ? beside(names) : names;
			next.push(...inside.map((name) => join(path, name)).filter((below) => !isServersOwn(below)));
		});
		level = next;
	}
}

/** Every lock at and below `root`, by path. */
export async function survey(lanes: Lanes, root: string): Promise<LockView[]> {
	const locks: Directory[] = [];
	await walk(lanes, root, (directory) => {
		if (isLock(directory.names)) locks.push(directory);
	});
	const views: LockView[] = [];
	await spread(lanes, locks, async (session, { path, names }) => {
		const view = await lookAt(session, path, names);
		if (view !== undefined) views.push(view);
	});
	return views.sort((a, b) => (a.path < b.path ? -1 : 1));
}
