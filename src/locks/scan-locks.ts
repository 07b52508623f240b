import pMap from "p-map";
import { beside, inspectLock, isLock, type LockView } from "./inspect-lock.ts";
import type { Reads, Session } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";

/** Reads in flight: groups of so many, so many at a time. Enough to keep the server busy, few enough for its queue. */
const GROUP = 100;
const GROUPS = 10;

/** Bounds how many items are in flight, by groups: the bound costs something for each group, not for each item. */
async function forEach<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
	const starts = Array.from({ length: Math.ceil(items.length / GROUP) }, (_, group) => group * GROUP);
	await pMap(starts, (start) => Promise.all(items.slice(start, start + GROUP).map(act)), { concurrency: GROUPS });
}

/** A directory and its children. */
export interface Directory {
	readonly path: string;
	readonly names: readonly string[];
}

export const join = (dir: string, name: string) => (dir === "/" ? `/${name}` : `${dir}/${name}`);

/** True for ZooKeeper's own part of the tree. */
export const isServersOwn = (path: string) => path === "/zookeeper" || path.startsWith("/zookeeper/");

/** Receives what a walk finds: a directory with its children, or a directory that may not be listed. */
export interface Walker {
	visit(directory: Directory): void;
	notReadable(path: string): void;
}

/**
 * Every directory at and below `root`, level by level; a lock's own `locks`, `leases` and contenders are not gone into.
 * Throws a Fault "refused" where `root` itself may not be listed: then nothing can be read.
 */
export async function walk(reads: Reads, root: string, walker: Walker): Promise<void> {
	let level = [root];
	while (level.length > 0) {
		const next: string[] = [];
		await forEach(level, async (path) => {
			const names = await (path === root ? reads.children(path) : unlessRefused(reads.children(path)));
			if (names === undefined) return;
			if (names === NOT_READABLE) {
				walker.notReadable(path);
				return;
			}
			walker.visit({ path, names });
			const inside = isLock(names) ? beside(names) : names;
			for (const name of inside) {
				const below = join(path, name);
				if (!isServersOwn(below)) next.push(below);
			}
		});
		level = next;
	}
}

/** All locks at and below a path, as far as they may be read. */
export interface LockScan {
	/** By path. */
	readonly locks: readonly LockView[];
	/** Directories that may not be listed, by path: locks may be there and below. */
	readonly notReadable: readonly string[];
}

/** Every lock at and below `root`. Throws a Fault "refused" where not even `root` may be listed. */
export async function scanLocks({ bulk }: Session, root: string): Promise<LockScan> {
	const locks: Directory[] = [];
	const notReadable: string[] = [];
	await walk(bulk, root, {
		visit: (directory) => {
			if (isLock(directory.names)) locks.push(directory);
		},
		notReadable: (path) => notReadable.push(path),
	});
	const views: LockView[] = [];
	await forEach(locks, async ({ path, names }) => {
		const view = await inspectLock(bulk, path, names);
		if (view !== undefined) views.push(view);
	});
	return { locks: views.sort((a, b) => (a.path < b.path ? -1 : 1)), notReadable: notReadable.sort() };
}
