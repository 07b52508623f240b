import { flatQueue, isLock, leaseOrder, listPart, type NodeLayer, type NodeView, viewNode } from "./inspect-lock.ts";
import { inOrder } from "./names.ts";
import type { Session } from "./ports.ts";

/** A node with its place in its layer, from 1. */
export type PlacedNode = NodeView & { readonly place: number };

/**
 * Every node of the lock at `path`, layer by layer, in order; undefined where there is no lock. A part that may not be
 * listed stands as one node of that kind. Throws a Fault "refused" where the lock's own children may not be listed.
 */
export async function queueOf(session: Session, path: string): Promise<PlacedNode[] | undefined> {
	const names = await session.children(path);
	if (names === undefined || !isLock(names)) return undefined;
	const [mutex, leases] = await Promise.all([
		listPart(session, `${path}/locks`, "mutex"),
		listPart(session, `${path}/leases`, "lease"),
	]);
	const layer = async (dir: string, layerName: NodeLayer, ordered: readonly string[]) => {
		const views = await Promise.all(ordered.map((name) => viewNode(session, dir, name, layerName)));
		return views.filter((view) => view !== undefined);
	};
	const layers = await Promise.all([
		layer(path, "flat", flatQueue(names)),
		layer(`${path}/locks`, "mutex", inOrder(mutex.names)),
		mutex.hidden,
		layer(`${path}/leases`, "lease", leaseOrder(leases.names)),
		leases.hidden,
	]);
	return layers.flatMap((nodes) => nodes.map((node, at) => ({ ...node, place: at + 1 })));
}
