import { type Blame, blame, isOurs } from "./blame.ts";
import type { Layer, Section } from "./history.ts";

export interface LostIncrement extends Blame {
	readonly layer: Layer;
	readonly lock: string;
	readonly value: number;
	readonly sections: readonly [Section, Section];
	readonly ours: boolean;
}

interface Write {
	readonly layer: Layer;
	readonly from: number;
	readonly at: number;
	readonly section: Section;
}

/**
 * Increments of a lock's counters that are lost: a section wrote over what another had written since it had read. Each
 * layer has a counter of its own, since clients of different layers do not exclude each other.
 */
export function lostIncrements(sections: readonly Section[]): LostIncrement[] {
	const writes: Write[] = sections.flatMap((section) => section.counts.map((count) => ({ ...count, section })));
	const byCounter = Map.groupBy(writes, ({ layer, section }) => `${layer} ${section.lock}`);
	return [...byCounter.values()].flatMap((ofCounter) => {
		const inOrder = ofCounter.toSorted((a, b) => a.at - b.at);
		return inOrder.flatMap((write, place) => lostBy(write, inOrder.slice(0, place)));
	});
}

/** The increments that one write has undone, of those `before` it. */
function lostBy(write: Write, before: readonly Write[]): LostIncrement[] {
	const { layer, section, from } = write;
	const since = before.findLastIndex(({ at }) => at <= section.begin) + 1;
	return before
		.slice(since)
		.filter((other) => other.from >= from)
		.map((other) => {
			const pair =
				section.begin < other.section.begin ? ([section, other.section] as const) : ([other.section, section] as const);
			const verdict = blame(...pair);
			return {
				...verdict,
				...{ layer, lock: section.lock, value: other.from + 1, sections: pair },
				ours: isOurs(verdict, ...pair),
			};
		});
}
