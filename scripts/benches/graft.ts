import { graftPages } from "../../src/enumeration/tangles/job.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { referenceJob } from "../../test/support/graft-reference.ts";
import { tanglesUpTo } from "../../test/support/tangle-sets.ts";
import { type Figure, median } from "./figures.ts";

const TCN = 8;
const PAGE = 500;
const ROUNDS = 10;
/** Rootstocks for the comparison with the reference, which would take seconds for a page. */
const FEW = 50;

const pagesOf = (tangles: readonly TangleFields[]) =>
	Array.from({ length: Math.floor(tangles.length / PAGE) }, (_, page) => tangles.slice(page * PAGE, (page + 1) * PAGE));

/** One job on this core: ms, and the tangles it gives. */
function job(rootstocks: readonly TangleFields[], scions: readonly TangleFields[]): { ms: number; tangles: number } {
	const began = performance.now();
	let tangles = 0;
	for (const _ of graftPages(rootstocks, scions)) tangles += 1;
	return { ms: performance.now() - began, tangles };
}

/** Pairs a second of the reference and of ours, by turns on the same pages. */
function beside(
	rootstocks: readonly TangleFields[],
	scions: readonly TangleFields[],
): { ours: number; reference: number } {
	const times = { ours: [] as number[], reference: [] as number[] };
	for (let round = 0; round < 3; round += 1) {
		const began = performance.now();
		referenceJob(rootstocks, scions);
		times.reference.push(performance.now() - began);
		for (let again = 0; again < ROUNDS; again += 1) times.ours.push(job(rootstocks, scions).ms);
	}
	const rate = (ms: readonly number[]) => (rootstocks.length * scions.length) / (median(ms) / 1000);
	return { ours: rate(times.ours), reference: rate(times.reference) };
}

/**
 * All full page pairs of TCN 8 x 8, in the order in which a worker stores them: what a job computes before it stores.
 */
export async function graft(): Promise<Figure[]> {
	const tangles = (await tanglesUpTo(TCN))[TCN] ?? [];
	const jobs = pagesOf(tangles).flatMap((rootstocks) =>
		pagesOf(tangles.filter(({ is_good }) => is_good)).map((scions) => ({ rootstocks, scions })),
	);
	const runs = jobs.map(({ rootstocks, scions }) => {
		const rounds = Array.from({ length: ROUNDS }, () => job(rootstocks, scions));
		return { ms: median(rounds.map(({ ms }) => ms)), tangles: rounds[0]?.tangles ?? 0, rootstocks, scions };
	});
	const heaviest = runs.reduce((most, run) => (run.tangles > most.tangles ? run : most));
	const whole = runs.reduce((sum, { ms }) => sum + ms, 0) / 1000;
	const found = runs.reduce((sum, run) => sum + run.tangles, 0);
	const { ours, reference } = beside(heaviest.rootstocks.slice(0, FEW), heaviest.scions);
	const millions = (value: number) => `${(value / 1e6).toFixed(2)} million/s`;
	return [
		{ what: `pairs, ${jobs.length} jobs of ${PAGE} x ${PAGE}`, value: millions((jobs.length * PAGE * PAGE) / whole) },
		{ what: "tangles given, the same jobs", value: millions(found / whole) },
		{
			what: `heaviest job, ${heaviest.tangles.toLocaleString("en")} tangles`,
			value: `${heaviest.ms.toFixed(0)} ms, ${millions((PAGE * PAGE) / (heaviest.ms / 1000))} pairs`,
		},
		{ what: `ours / copying trees, ${FEW} x ${PAGE} pairs of it`, value: (ours / reference).toFixed(0) },
	];
}
