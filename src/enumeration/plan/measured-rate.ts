/** How fast workers stored the tangles of a TCN. */
export interface MeasuredRate {
	readonly tcn: number;
	/** Tangles that were stored, and in how many seconds, pauses left out. */
	readonly tangles: number;
	readonly seconds: number;
	/** Seconds of the pauses: workers that were stopped, or waited for a job that came back. */
	readonly paused_seconds: number;
}

/** Of the times between two moments at which tangles were stored: these are no pause. */
const USUAL = 0.9;
/** One that is so many times as long as the longest of these is a pause. */
const PAUSE = 10;
/** Times are whole seconds: what took less, or came at fewer moments, would be measured worse than to one in ten. */
const LEAST_SECONDS = 10;

/**
 * The rate at which the tangles of a TCN were stored. `times`: when each of an even sample of them was, in whole
 * seconds, in any order; each stands for `tanglesEach`. Undefined where that is too little time to measure.
 */
export function measuredRate(tcn: number, times: readonly number[], tanglesEach: number): MeasuredRate | undefined {
	// A job stores its tangles in bursts: the times within one say nothing of how long the next one takes.
	const moments = [...new Set(times)].toSorted((a, b) => a - b);
	const gaps = moments.slice(1).map((time, at) => time - (moments[at] ?? time));
	const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * USUAL)] ?? 0;
	const work = gaps.filter((gap) => gap <= PAUSE * usual);
	const seconds = sumOf(work);
	if (seconds < LEAST_SECONDS || work.length < LEAST_SECONDS) return undefined;
	const stored = times.length - 1 - (gaps.length - work.length);
	return { tcn, tangles: Math.round(stored * tanglesEach), seconds, paused_seconds: sumOf(gaps) - seconds };
}

function sumOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, number) => sum + number, 0);
}
