import { nodeOf } from "./blame.ts";
import { LAYERS, type Layer, type Section } from "./history.ts";

export interface Disorder {
	readonly layer: Layer;
	readonly earlier: Section;
	readonly later: Section;
	readonly ours: boolean;
}

/**
 * Sections whose token is smaller than that of one which began before: a store that fences by tokens would refuse them.
 * Layers are judged each by its own nodes. The fault is that of the section that began late with an old token.
 */
export function tokenDisorders(sections: readonly Section[]): Disorder[] {
	const found: Disorder[] = [];
	const newest = new Map<string, { readonly czxid: number; readonly section: Section }>();
	for (const section of sections) {
		for (const layer of LAYERS[section.kind]) {
			const czxid = nodeOf(section, layer);
			if (czxid === undefined) continue;
			const key = `${layer} ${section.lock}`;
			const before = newest.get(key);
			if (before !== undefined && before.czxid >= czxid) {
				found.push({ layer, earlier: before.section, later: section, ours: section.kind === "tangles" });
			} else {
				newest.set(key, { czxid, section });
			}
		}
	}
	return found;
}
