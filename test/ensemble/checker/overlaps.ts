import { type Blame, blame, commonLayers, isOurs } from "./blame.ts";
import type { Section } from "./history.ts";

export interface Overlap extends Blame {
	readonly earlier: Section;
	readonly later: Section;
	/** From the begin of the later to the last instant of the earlier. */
	readonly ms: number;
	readonly ours: boolean;
}

/**
 * Every pair of sections of one lock of which the earlier ran after the later had begun. Work that was stopped in time
 * and killed later has no instant there. `sections` are in the order of their begin.
 */
export function overlaps(sections: readonly Section[]): Overlap[] {
	const found: Overlap[] = [];
	const running = new Map<string, Section[]>();
	for (const later of sections) {
		const before = (running.get(later.lock) ?? []).filter(({ last }) => last > later.begin);
		for (const earlier of before) {
			if (commonLayers(earlier, later).length === 0) continue;
			const verdict = blame(earlier, later);
			found.push({
				...verdict,
				...{ earlier, later, ms: Math.min(earlier.last, later.last) - later.begin },
				ours: isOurs(verdict, earlier, later),
			});
		}
		running.set(later.lock, [...before, later]);
	}
	return found;
}
