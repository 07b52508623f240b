import { inPool } from "../base/pool.ts";
import { beside, isLock, type LockView, lookAt } from "./look.ts";
import type { Reads, Session } from "./ports.ts";

/** Reads in flight: enough to keep the server busy, few enough that no queue grows long. */
const WIDTH = 1000;

/** A directory and its children. */
export interface Directory {
	readonly path: string;
	readonly names: readonly string[];
}

export const join = (dir: string, name: string) => (dir === "/" ? `/${name}` : `${dir}/${name}`);

/** True for ZooKeeper's own part of the tree. */
export const isServersOwn = (path: string) => path === "/zookeeper" || path.startsWith("/zookeeper/");

/** Every directory at and below `root`, level by level; a lock's own `locks`, `leases` and contenders are not gone into. */
export async function walk(reads: Reads, root: string, visit: (directory: Directory) => void): Promise<void> {
	let level = [root];
	while (level.length > 0) {
		const next: string[] = [];
		await inPool(level, WIDTH, async (path) => {
			const names = await reads.children(path);
			if (names === undefined) return;
			visit({ path, names });
			const inside = isLock(names) ? beside(names) : names;
			next.push(...inside.map((name) => join(path, name)).filter((below) => !isServersOwn(below)));
		});
		level = next;
	}
}

/** Every lock at and below `root`, by path. */
export async function survey({ bulk }: Session, root: string): Promise<LockView[]> {
	const locks: Directory[] = [];
	await walk(bulk, root, (directory) => {
		if (isLock(directory.names)) locks.push(directory);
	});
	const views: LockView[] = [];
	await inPool(locks, WIDTH, async ({ path, names }) => {
		const view = await lookAt(bulk, path, names);
		if (view !== undefined) views.push(view);
	});
	return views.sort((a, b) => (a.path < b.path ? -1 : 1));
}
