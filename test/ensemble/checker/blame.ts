import { LAYERS, type Layer, type Nodes, type Section } from "./history.ts";

/** Whose fault it is that two ran at once, and what shows it. */
export interface Blame {
	/** Undefined where neither nodes nor tokens tell: both are under suspicion. */
	readonly violator: Section | undefined;
	readonly by: "nodes" | "tokens" | "nothing";
}

/** The layers in which two sections should have excluded each other. */
export function commonLayers(a: Section, b: Section): readonly Layer[] {
	return LAYERS[a.kind].filter((layer) => LAYERS[b.kind].includes(layer));
}

/**
 * The czxid of the section's node in a layer. A token is that of the node made last, in two layers the lease; the flat
 * node of the same session is then found by the sample.
 */
export function nodeOf(section: Section, layer: Layer): number | undefined {
	const layers = LAYERS[section.kind];
	if (section.token === 0) return undefined;
	if (layers.length === 1 || layer === "lease") return section.token;
	const owner = section.sample?.lease.find(({ czxid }) => czxid === section.token)?.owner;
	return section.sample?.flat.find((node) => node.owner === owner)?.czxid;
}

/** Whether the section's node is among those of a layer. */
function hasNode(section: Section, layer: Layer, nodes: Nodes): boolean {
	if (layer === "lease" || LAYERS[section.kind].length === 1)
		return nodes[layer].some(({ czxid }) => czxid === section.token);
	const owner = [...nodes.lease, ...(section.sample?.lease ?? [])].find(({ czxid }) => czxid === section.token)?.owner;
	return nodes.flat.some((node) => node.owner === owner);
}

/**
 * Who violates the lock where `earlier` still ran after `later` had begun.
 *
 * By nodes, as the leader had them after `later` began: where the earlier's node was there in each layer that both
 * have, the later came in upon a valid holder; where it was gone and the earlier ran on even after that was seen, the earlier overstayed. A node that is
 * gone shows nothing where the earlier had ended by then: it may have deleted the node itself. By tokens, where both
 * have one in the same layer: the older of the two is no longer the holder.
 */
export function blame(earlier: Section, later: Section): Blame {
	const { sample } = later;
	const layers = commonLayers(earlier, later);
	if (sample !== undefined && earlier.token !== 0) {
		if (layers.every((layer) => hasNode(earlier, layer, sample))) return { violator: later, by: "nodes" };
		if (earlier.last > sample.at) return { violator: earlier, by: "nodes" };
	}
	for (const layer of layers) {
		const [first, second] = [nodeOf(earlier, layer), nodeOf(later, layer)];
		if (first === undefined || second === undefined || first === second) continue;
		return { violator: first < second ? earlier : later, by: "tokens" };
	}
	return { violator: undefined, by: "nothing" };
}

/** True where tangles is to blame, or may be. */
export function isOurs({ violator }: Blame, ...pair: readonly Section[]): boolean {
	if (violator !== undefined) return violator.kind === "tangles";
	return pair.some(({ kind }) => kind === "tangles");
}
