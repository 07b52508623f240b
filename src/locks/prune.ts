import { inPool } from "../base/pool.ts";
import { flatQueue } from "./look.ts";
import type { Reads, Session } from "./ports.ts";
import { isServersOwn, join, walk } from "./survey.ts";

const WIDTH = 1000;

export interface PruneOptions {
	/** Also nodes that hold nothing and once had children: what the flat layout leaves behind. */
	readonly emptied: boolean;
	readonly dryRun: boolean;
}

/**
 * Removes the directories of locks at and below `root` that nobody holds or waits for, by deletes that never take a node
 * with children: a contender that comes meanwhile makes anew what it finds missing. Gives what was removed, or with
 * `dryRun` what would be, children before their parents.
 */
export async function prune(session: Session, root: string, options: PruneOptions): Promise<string[]> {
	const names = new Map<string, readonly string[]>();
	await walk(session.bulk, root, (directory) => names.set(directory.path, directory.names));
	const removed = new Set<string>();
	// Deepest first, so that a directory is looked at when all below it is decided.
	const paths = [...names.keys()].sort((a, b) => b.split("/").length - a.split("/").length || (a < b ? -1 : 1));
	const depths = Map.groupBy(paths, (path) => path.split("/").length);
	for (const level of depths.values()) {
		await inPool(level, WIDTH, async (path) => {
			for (const dead of await candidates(session.bulk, path, names.get(path) ?? [], removed, options)) {
				if (options.dryRun || (await session.remove(dead)) === "removed") removed.add(dead);
			}
		});
	}
	return [...removed];
}

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
	const filled = await Promise.all(parts.map(async (part) => (await reads.children(part))?.length !== 0));
	const inUse = flatQueue(names).length > 0 || filled.includes(true);
	if (inUse) return [];
	const rest = names.map((name) => join(path, name)).filter((name) => !parts.includes(name) && !removed.has(name));
	if (rest.length > 0) return parts;
	if (parts.length > 0) return [...parts, path];
	if (!emptied) return [];
	const node = await reads.read(path);
	const bare = node !== undefined && node.owner === 0n && node.data.length === 0 && node.childChanges > 0;
	return bare ? [path] : [];
}
