import { flatQueue, isLock, type Layer, leaseOrder, type NodeView, viewNode } from "./look.ts";
import { inOrder } from "./names.ts";
import type { Session } from "./ports.ts";

/** A node with its place in its layer, from 1. */
export type Placed = NodeView & { readonly place: number };

/** Every node of the lock at `path`, layer by layer, in order; undefined where there is no lock. */
export async function queueOf(session: Session, path: string): Promise<Placed[] | undefined> {
	const names = await session.children(path);
	if (names === undefined || !isLock(names)) return undefined;
	const part = async (name: string) => (await session.children(`${path}/${name}`)) ?? [];
	const [mutex, leases] = await Promise.all([part("locks"), part("leases")]);
	const layer = async (dir: string, layerName: Layer, ordered: readonly string[]) => {
		const views = await Promise.all(ordered.map((name) => viewNode(session, dir, name, layerName)));
		return views.filter((view) => view !== undefined).map((view, at) => ({ ...view, place: at + 1 }));
	};
	const layers = await Promise.all([
		layer(path, "flat", flatQueue(names)),
		layer(`${path}/locks`, "mutex", inOrder(mutex)),
		layer(`${path}/leases`, "lease", leaseOrder(leases)),
	]);
	return layers.flat();
}
