import { beforeAll, expect, test } from "bun:test";
import { bytesPerTangle, meanNotation } from "../../../../src/enumeration/plan/bytes.ts";
import { forecast } from "../../../../src/enumeration/plan/forecast.ts";
import type { TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

let sets: TangleFields[][] = [];
beforeAll(async () => {
	sets = await tanglesUpTo(9);
});
const of = (tcn: number) => sets[tcn] ?? [];

/** Number of pages, cut one after the other. */
function pages(tangles: readonly TangleFields[], pageSize: number): number {
	let number = 0;
	for (let from = 0; from < tangles.length; from += pageSize) number += 1;
	return number;
}

test.each([7, 100, 500])("pages and jobs are those of pages of %i that are cut from the tangles", (pageSize) => {
	for (const row of forecast(9, pageSize, undefined).tcns) {
		const good = (tcn: number) => of(tcn).filter(({ is_good }) => is_good);
		let jobs = 0;
		for (let j = 1; j <= row.tcn - 2; j += 1) jobs += pages(of(j), pageSize) * pages(good(row.tcn - j), pageSize);
		expect(row).toMatchObject({
			...{ tangles: of(row.tcn).length, good: good(row.tcn).length, jobs, hours: null },
			...{ rootstock_pages: pages(of(row.tcn), pageSize), scion_pages: pages(good(row.tcn), pageSize) },
		});
	}
});

test("the jobs are the known ones: pages of 500 and of 7, TCN 3 to 7", () => {
	const jobs = (pageSize: number) => forecast(7, pageSize, undefined).tcns.map((row) => row.jobs);
	expect(jobs(500)).toEqual([0, 1, 2, 3, 4, 5]);
	expect(jobs(7)).toEqual([0, 1, 2, 5, 12, 37]);
});

test("the sums are those of the rows; at a rate the hours are the tangles by it", () => {
	const { total, tcns, rate } = forecast(16, 500, 2500);
	expect(rate).toBe(2500);
	for (const key of ["tangles", "good", "jobs", "bytes"] as const) {
		expect(total[key]).toBe(tcns.reduce((sum, row) => sum + row[key], 0));
	}
	for (const row of [...tcns, total]) expect(row.hours).toBe(row.tangles / 2500 / 3600);
	expect(tcns.at(-1)).toMatchObject({ tcn: 16, tangles: 69_151_160, good: 40_385_346, rootstock_pages: 138_303 });
});

test("the mean length of a notation is that of the tangles, within 3 in 100", () => {
	for (const tcn of [5, 7, 9]) {
		const all = of(tcn);
		const mean = all.reduce((sum, { notation }) => sum + notation.length, 0) / all.length;
		expect(meanNotation(tcn)).toBeWithin(0.97 * mean, 1.03 * mean);
	}
	expect(meanNotation(16)).toBe(meanNotation(16));
	expect(bytesPerTangle(16)).toBeGreaterThan(bytesPerTangle(9));
});

test("the largest plan is computed, its numbers exact", () => {
	const { tcns } = forecast(29, 500, undefined);
	expect(tcns.at(-1)?.tangles).toBe(3_334_086_613_910_352);
	for (const { jobs } of tcns) expect(Number.isSafeInteger(jobs)).toBe(true);
});
