import type { FaultSpan, Ghost, History, Look, Section } from "./history.ts";

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
	/** The same where a wait is too long only with the time in which a node of another client stood in the way. */
	readonly waitsForOthers: readonly number[];
	/** The same where it was a node that one server alone showed. */
	readonly waitsForServers: readonly number[];
	/** The longest time that the servers were without a leader, ms. */
	readonly leaderlessMs: number;
}

/** The leader is asked once a second; one that has just come up is found a little later. */
const LOOK_STEP_MS = 2500;
/** A ghost is reported once a second; a server that is asked and does not answer takes another two. */
const GHOST_STEP_MS = 3000;

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

interface Wait extends Gap {
	/** Its last part, which was too long; undefined where none was. */
	readonly tooLong: Gap | undefined;
}

const lengthOf = ({ from, to }: Gap) => to - from;

interface Next {
	/** When the next fault begins, or the last section was waited for. */
	readonly begin: number;
	/** What a wait may last. */
	readonly boundMs: number;
}

/**
 * How long one lock stood still on account of a fault: the longest gap that touches it, or the first one behind it. A gap
 * that lasts into the next fault counts with that, and here only if it was too long before.
 */
function stillness(gapsOfLock: readonly Gap[], { begin, end, led }: FaultSpan, next: Next): Wait[] {
	const after = gapsOfLock.filter((gap) => gap.to > led && gap.from < next.begin);
	const until = Math.max(end, led);
	const behind = after.findIndex((gap) => gap.from > until);
	const touching = behind < 0 ? after : after.slice(0, behind + 1);
	const waits = touching.flatMap((gap): Wait[] => {
		const [from, to] = [Math.max(gap.from, led, begin), Math.min(gap.to, next.begin)];
		if (to - from > next.boundMs) return [{ from, to, tooLong: { from: from + next.boundMs, to } }];
		return gap.to > next.begin ? [] : [{ from, to, tooLong: undefined }];
	});
	if (touching.length > 0 && waits.length === 0) return [];
	return [
		waits.reduce<Wait>((longest, wait) => (lengthOf(wait) > lengthOf(longest) ? wait : longest), {
			...{ from: begin, to: begin, tooLong: undefined },
		}),
	];
}

/** Sessions of Curator and kazoo, by the nodes under their sections. */
function sessionsOfOthers(sections: readonly Section[]): ReadonlySet<string> {
	const others = sections.filter(({ kind }) => kind !== "tangles");
	return new Set(
		others.flatMap(({ sample, token }) =>
			[...(sample?.flat ?? []), ...(sample?.lease ?? [])].flatMap(({ czxid, owner }) =>
				czxid === token ? [owner] : [],
			),
		),
	);
}

/**
 * Ms of a wait in which another client stood in the way: from a look at the leader at which the first node of a layer was
 * of a session of Curator or kazoo, to the next one at which it was. What nobody looked at is no excuse.
 */
function blockedMs(wait: Gap, looks: readonly Look[], others: ReadonlySet<string>): number {
	const isBlocked = ({ flat, mutex, lease }: Look) =>
		[flat, mutex, lease].some(([first]) => first !== undefined && others.has(first.owner));
	return looks.reduce((total, look, at) => {
		const before = looks[at - 1];
		if (before === undefined || !isBlocked(before) || !isBlocked(look)) return total;
		if (look.asked - before.at > LOOK_STEP_MS) return total;
		return total + Math.max(0, Math.min(look.asked, wait.to) - Math.max(before.at, wait.from));
	}, 0);
}

/** Whether a server that shows a node which is gone stood in the way as long as a wait was too long. */
const isOfServer = (wait: Gap, ghosts: readonly Ghost[]) => {
	const then = ghosts.filter(({ since, at }) => since <= wait.from && at >= wait.from);
	return Math.max(0, ...then.map(({ at }) => at)) >= wait.to - GHOST_STEP_MS;
};

/** Progress by kind of fault, in the order of their first occurrence. `boundMs` is what a wait may last. */
export function progress({ sections: all, looks, ghosts, faults, over }: History, boundMs: number): Progress[] {
	const sections = all.filter(({ begin }) => begin <= over);
	const others = sessionsOfOthers(sections);
	const whose = (wait: Wait, lock: { readonly looks: readonly Look[]; readonly ghosts: readonly Ghost[] }) => {
		if (wait.tooLong === undefined) return "ours";
		if (lengthOf(wait) - blockedMs(wait, lock.looks, others) <= boundMs) return "others";
		return isOfServer(wait.tooLong, lock.ghosts) ? "servers" : "ours";
	};
	const locks = [...Map.groupBy(sections, ({ lock }) => lock)].map(([lock, ofLock]) => ({
		gaps: gaps(ofLock, over),
		looks: looks.filter((look) => look.lock === lock),
		ghosts: ghosts.filter((ghost) => ghost.lock === lock),
	}));
	return [...Map.groupBy(faults, ({ kind }) => kind)].map(([kind, spans]) => {
		const nexts = spans.map((span) => faults.find(({ begin }) => begin > span.begin)?.begin ?? over);
		const waits = spans.flatMap((span, at) => {
			const next = { begin: nexts[at] ?? over, boundMs };
			return locks.flatMap((lock) =>
				stillness(lock.gaps, span, next).map((wait) => ({ ms: lengthOf(wait), of: whose(wait, lock) })),
			);
		});
		const after = spans.map((span, at) => {
			const next = nexts[at] ?? over;
			return sections.filter(({ begin }) => begin > span.begin && begin <= next).length;
		});
		const sorted = (those: readonly { readonly ms: number }[]) => those.map(({ ms }) => ms).toSorted((a, b) => a - b);
		return {
			...{ kind, faults: spans.length, sections: after.reduce((total, count) => total + count, 0) },
			waits: sorted(waits.filter((wait) => wait.of === "ours")),
			waitsForOthers: sorted(waits.filter((wait) => wait.of === "others")),
			waitsForServers: sorted(waits.filter((wait) => wait.of === "servers")),
			leaderlessMs: Math.max(...spans.map(({ begin, led }) => led - begin)),
		};
	});
}
