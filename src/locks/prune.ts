import { inPool } from "../base/pool.ts";
import { flatQueue } from "./inspect-lock.ts";
import type { Reads, Session } from "./ports.ts";
import { NOT_READABLE, unlessRefused } from "./readable.ts";
import { isServersOwn, join, walk } from "./scan-locks.ts";

const WIDTH = 1000;

export interface PruneOptions {
	/** Also nodes that hold nothing and once had children: what the flat layout leaves behind. */
	readonly emptied: boolean;
	readonly dryRun: boolean;
}

/** What a prune did. */
export interface Pruned {
	/** What was removed, or with `dryRun` what would be, children before their parents. */
	readonly removed: readonly string[];
	/** Directories that may not be listed, by path; nothing at or below them was touched. */
	readonly notReadable: readonly string[];
	/** What is empty and may not be deleted. */
	readonly refused: readonly string[];
}

/**
 * Removes the directories of locks at and below `root` that nobody holds or waits for, by deletes that never take a
 * node with children: a contender that comes meanwhile makes anew what it finds missing. What may not be read counts as
 * in use. Throws a Fault "refused" where not even `root` may be listed.
 */
export async function prune(session: Session, root: string, options: PruneOptions): Promise<Pruned> {
	const names = new Map<string, readonly string[]>();
	const notReadable: string[] = [];
	const refused: string[] = [];
	await walk(session.bulk, root, {
		visit: (directory) => names.set(directory.path, directory.names),
		notReadable: (path) => notReadable.push(path),
	});
	const removed = new Set<string>();
	// Deepest first: a directory is decided after everything below it.
	const paths = [...names.keys()].sort((a, b) => b.split("/").length - a.split("/").length || (a < b ? -1 : 1));
	const depths = Map.groupBy(paths, (path) => path.split("/").length);
	for (const level of depths.values()) {
		await inPool(level, WIDTH, async (path) => {
			for (const dead of await candidates(session.bulk, path, names.get(path) ?? [], removed, options)) {
				const outcome = options.dryRun ? "removed" : await unlessRefused(session.remove(dead));
				if (outcome === "removed") removed.add(dead);
				if (outcome === NOT_READABLE) refused.push(dead);
			}
		});
	}
	return { removed: [...removed], notReadable: notReadable.sort(), refused };
}

/** A part that is missing or may not be listed is not known to be empty. */
const isEmpty = (names: readonly string[] | typeof NOT_READABLE | undefined) =>
	Array.isArray(names) && names.length === 0;

/** What of `path` is empty, in the order of deletion: its `locks` and `leases`, then itself. */
async function candidates(
	reads: Reads,
	path: string,
	names: readonly string[],
	removed: ReadonlySet<string>,
	{ emptied }: PruneOptions,
): Promise<string[]> {
	if (path === "/" || isServersOwn(path)) return [];
	const parts = names.filter((name) => name === "locks" || name === "leases").map((name) => join(path, name));
	const filled = await Promise.all(parts.map(async (part) => !isEmpty(await unlessRefused(reads.children(part)))));

	const inUse = flatQueue(names).length > 0 || filled.includes(true);
	if (inUse) return [];
	const rest = names.map((name) => join(path, name)).filter((name) => !parts.includes(name) && !removed.has(name));
	if (rest.length > 0) return parts;
	if (parts.length > 0) return [...parts, path];
	if (!emptied) return [];
	const node = await unlessRefused(reads.read(path));
	if (node === undefined || node === NOT_READABLE) return [];
	return node.owner === 0n && node.data.length === 0 && node.childChanges > 0 ? [path] : [];
}
