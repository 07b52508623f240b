import type { Batch } from "./batch.ts";
import { changed, isCurrent, newestOf, touchedAsStored } from "./derive.ts";

/** Clocks that are set by NTP may differ by so much. */
const FINE_MS = 2000;

/** A time of a batch that lies in the future of this host's clock: another host's is ahead, or this one's behind. */
export interface AheadTime {
	/** `the last change`, or the type of an event. */
	readonly what: string;
	readonly time: Date;
	readonly aheadMs: number;
	/** Who recorded it, and on which host; empty where nobody says. */
	readonly agent: string;
}

/** The times of the last change and of the newest event of each type that lie more than 2 s after `now`. */
export function timesAhead(batch: Batch, now: Date): AheadTime[] {
	const times = [
		{ what: "the last change", time: batch.modified, agent: "" },
		...[...newestOf(batch.events).values()].map(({ type, time, agent, host }) => ({
			...{ what: type, time },
			agent: host === undefined ? agent : `${agent} on ${host}`,
		})),
	];
	return times
		.map((it) => ({ ...it, aheadMs: it.time.getTime() - now.getTime() }))
		.filter(({ aheadMs }) => aheadMs > FINE_MS);
}

/** A time that lies in the future, for people. */
export function sayAhead({ what, time, aheadMs, agent }: AheadTime): string {
	const by = agent === "" ? "" : ` by ${agent}`;
	return `${what}${by}: its time ${time.toISOString()} lies ${Math.round(aheadMs / 1000)} s ahead of this host's clock`;
}

/**
 * The batch with a last change that is not later than `now`, and with the version at which it was changed, so that what
 * is recorded from now on is compared by version. No event that was made before the change becomes current by it: where
 * one without a version lies in the future itself, the change is put right after it.
 */
export function anchored(batch: Batch, now: Date): Batch {
	const stale = batch.events.filter((event) => !isCurrent(event, batch));
	const byTime = stale.filter(({ at_version }) => at_version === undefined).map(({ time }) => time.getTime() + 1);
	const time = new Date(Math.min(batch.modified.getTime(), Math.max(now.getTime(), ...byTime)));
	const known = touchedAsStored(batch);
	if (known !== undefined && time.getTime() === batch.modified.getTime()) return batch;
	const newest = Math.max(-1, ...stale.map(({ at_version }) => at_version ?? -1));
	return changed(batch, { modified: time, touched: { time, version: known?.version ?? newest + 1 } });
}

/** `anchored` where the last change lies in the future; else the batch as it is. */
export function notAhead(batch: Batch, now: Date): Batch {
	return batch.modified.getTime() > now.getTime() ? anchored(batch, now) : batch;
}
