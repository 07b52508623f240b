import { type Blame, blame, isOurs } from "./blame.ts";
import type { Layer, Section } from "./history.ts";

export interface LostIncrement extends Blame {
	readonly layer: Layer;
	readonly lock: string;
	readonly value: number;
	readonly sections: readonly [Section, Section];
	readonly ours: boolean;
}

/**
 * Increments of a lock's counters that are lost: two sections that wrote the same value, as both had read the one before
 * it. Each layer has a counter of its own, since clients of different layers do not exclude each other.
 */
export function lostIncrements(sections: readonly Section[]): LostIncrement[] {
	const written = sections.flatMap((section) =>
		section.counts.map(({ layer, from }) => ({ key: `${layer} ${section.lock} ${from}`, layer, from, section })),
	);
	return [...Map.groupBy(written, ({ key }) => key).values()].flatMap((same) => {
		const [first, ...others] = same;
		if (first === undefined) return [];
		return others.map(({ layer, from, section }) => {
			const verdict = blame(first.section, section);
			const pair = [first.section, section] as const;
			return {
				...verdict,
				...{ layer, lock: section.lock, value: from + 1, sections: pair },
				ours: isOurs(verdict, ...pair),
			};
		});
	});
}
