import type { FaultSpan, History, Section } from "./history.ts";

/** A kind of fault, and how long the locks stood still after it. */
export interface Progress {
	readonly kind: string;
	readonly faults: number;
	/** Sections that began between such a fault's begin and the next fault. */
	readonly sections: number;
	/**
	 * Ms without a running section, of each lock and fault, in ascending order. They count from the fault's begin, or from
	 * when the servers had a leader again: before that nobody can be given a lock.
	 */
	readonly waits: readonly number[];
	/** The longest time that the servers were without a leader, ms. */
	readonly leaderlessMs: number;
}

/** The value below which a share of `sorted` lies. */
export function quantile(sorted: readonly number[], share: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

interface Gap {
	readonly from: number;
	readonly to: number;
}

/** The times in which no section of a lock ran. `sections` are in the order of their begin. */
function gaps(sections: readonly Section[], over: number): Gap[] {
	const found: Gap[] = [];
	let ranUntil = Number.NEGATIVE_INFINITY;
	for (const { begin, last } of sections) {
		if (begin > ranUntil) found.push({ from: ranUntil, to: begin });
		ranUntil = Math.max(ranUntil, last);
	}
	if (over > ranUntil) found.push({ from: ranUntil, to: over });
	return found;
}

/**
 * How long one lock stood still on account of a fault: the longest gap that touches it, or the first one behind it. A gap
 * that lasts into the next fault counts with that, and here only if it was too long before.
 */
function stillness(gapsOfLock: readonly Gap[], { begin, end, led }: FaultSpan, next: Next): number[] {
	const after = gapsOfLock.filter((gap) => gap.to > led && gap.from < next.begin);
	const until = Math.max(end, led);
	const behind = after.findIndex((gap) => gap.from > until);
	const touching = behind < 0 ? after : after.slice(0, behind + 1);
	const waits = touching.flatMap((gap) => {
		const wait = Math.min(gap.to, next.begin) - Math.max(gap.from, led, begin);
		return gap.to > next.begin && wait <= next.boundMs ? [] : [wait];
	});
	return touching.length > 0 && waits.length === 0 ? [] : [Math.max(0, ...waits)];
}

interface Next {
	/** When the next fault begins, or the last section was waited for. */
	readonly begin: number;
	/** What a wait may last. */
	readonly boundMs: number;
}

/** Progress by kind of fault, in the order of their first occurrence. `boundMs` is what a wait may last. */
export function progress({ sections: all, faults, over }: History, boundMs: number): Progress[] {
	const sections = all.filter(({ begin }) => begin <= over);
	const gapsByLock = [...Map.groupBy(sections, ({ lock }) => lock).values()].map((ofLock) => gaps(ofLock, over));
	return [...Map.groupBy(faults, ({ kind }) => kind)].map(([kind, spans]) => {
		const nexts = spans.map((span) => faults.find(({ begin }) => begin > span.begin)?.begin ?? over);
		const waits = spans.flatMap((span, at) => {
			const next = { begin: nexts[at] ?? over, boundMs };
			return gapsByLock.flatMap((ofLock) => stillness(ofLock, span, next));
		});
		const after = spans.map((span, at) => {
			const next = nexts[at] ?? over;
			return sections.filter(({ begin }) => begin > span.begin && begin <= next).length;
		});
		return {
			...{ kind, faults: spans.length, sections: after.reduce((total, count) => total + count, 0) },
			waits: waits.toSorted((a, b) => a - b),
			leaderlessMs: Math.max(...spans.map(({ begin, led }) => led - begin)),
		};
	});
}
