import { countTangles } from "../tangles/grammar/counts.ts";
import { bytesPerTangle } from "./bytes.ts";

/** What is exact of what a TCN costs, by formula. */
export interface TcnSizes {
	readonly tcn: number;
	readonly tangles: number;
	readonly good: number;
	/** Pages of its tangles, as rootstocks and as scions, for the jobs of higher TCN. */
	readonly rootstock_pages: number;
	readonly scion_pages: number;
	/** Jobs that make it. */
	readonly jobs: number;
}

/** What a TCN costs. */
export interface TcnForecast extends TcnSizes {
	/** Estimated: documents and indexes. */
	readonly bytes: number;
	/** Of work at the rate; null without one. */
	readonly hours: number | null;
}

/** What an enumeration costs, TCN by TCN from 2 on, and together. */
export interface Forecast {
	readonly max_tcn: number;
	readonly page_size: number;
	/** Tangles that all workers together store in a second. */
	readonly rate: number | null;
	readonly tcns: readonly TcnForecast[];
	readonly total: Pick<TcnForecast, "tangles" | "good" | "jobs" | "bytes" | "hours">;
}

/**
 * Tangles, pages and jobs of each TCN from 2 to `maxTcn`: the jobs of a TCN are the pairs of a page of rootstocks of
 * TCN j and one of scions of TCN n - j, j = 1 .. n - 2, and how many there are of each TCN is known by the formula.
 */
export function sizesOfTcns(maxTcn: number, pageSize: number): TcnSizes[] {
	const counts = countTangles(maxTcn).filter(({ tcn }) => tcn >= 1);
	const pages = new Map(
		counts.map(({ tcn, total, good }) => [
			tcn,
			{ rootstock_pages: pagesOf(Number(total), pageSize), scion_pages: pagesOf(Number(good), pageSize) },
		]),
	);
	return counts
		.filter(({ tcn }) => tcn >= 2)
		.map(({ tcn, total, good }) => {
			let jobs = 0;
			for (let rootstockTcn = 1; rootstockTcn <= tcn - 2; rootstockTcn += 1) {
				const rootstocks = pages.get(rootstockTcn)?.rootstock_pages ?? 0;
				jobs += rootstocks * (pages.get(tcn - rootstockTcn)?.scion_pages ?? 0);
			}
			const { rootstock_pages, scion_pages } = pages.get(tcn) ?? { rootstock_pages: 0, scion_pages: 0 };
			return { tcn, tangles: Number(total), good: Number(good), rootstock_pages, scion_pages, jobs };
		});
}

/**
 * What an enumeration up to `maxTcn` (2 .. MOST_NUMBERED_TCN) costs, of which tangles, pages and jobs are exact. `rate`:
 * tangles that all workers together store in a second.
 */
export function forecast(maxTcn: number, pageSize: number, rate: number | undefined): Forecast {
	const hoursOf = (tangles: number) => (rate === undefined ? null : tangles / rate / 3600);
	const tcns = sizesOfTcns(maxTcn, pageSize).map(
		(sizes): TcnForecast => ({
			...sizes,
			// Much work: the notations of a sample are measured.
			bytes: Math.round(sizes.tangles * bytesPerTangle(sizes.tcn)),
			hours: hoursOf(sizes.tangles),
		}),
	);
	const sum = (of: (row: TcnForecast) => number) => tcns.reduce((total, row) => total + of(row), 0);
	const tangles = sum((row) => row.tangles);
	return {
		...{ max_tcn: maxTcn, page_size: pageSize, rate: rate ?? null, tcns },
		total: {
			...{ tangles, good: sum(({ good }) => good), jobs: sum(({ jobs }) => jobs) },
			...{ bytes: sum(({ bytes }) => bytes), hours: hoursOf(tangles) },
		},
	};
}

function pagesOf(tangles: number, pageSize: number): number {
	return Math.ceil(tangles / pageSize);
}
