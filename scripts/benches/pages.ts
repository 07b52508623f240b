import type { Db } from "mongodb";
import { type Figure, measure, megabytes } from "./figures.ts";
import { seed } from "./seed.ts";

const PAGE_SIZE = 500;

/** A page's first id by skipping to it, as the existing producer does; ms for all pages. */
async function skipPaging(db: Db, count: number): Promise<number> {
	const began = performance.now();
	const tangles = db.collection("arborescent_tangles");
	for (let skip = 0; skip < count; skip += PAGE_SIZE) {
		await tangles
			.find({ TCN: 3 }, { projection: { _id: 1 } })
			.sort({ _id: 1 })
			.skip(skip)
			.limit(1)
			.toArray();
	}
	return performance.now() - began;
}

async function pass(dir: string, count: number): Promise<{ ms: number; peak: number; skip: number }> {
	const sizes = { rootstocks: count, scions: 1, pageSize: PAGE_SIZE };
	const { env, db, close } = await seed(dir, `pages${count}`, sizes, "window: 8");
	const run = await measure(["dist/tangles", "produce", "--dry-run", "--json"], env);
	const pages = JSON.parse(run.out)[0].rootstock_pages;
	if (pages !== count / PAGE_SIZE) throw new Error(`${pages} pages of ${count} ids`);
	const skip = count <= 30_000 ? await skipPaging(db, count) : Number.NaN;
	await db.dropDatabase();
	await close();
	return { ...run, skip };
}

export async function pages(dir: string): Promise<Figure[]> {
	const small = await pass(dir, 30_000);
	const large = await pass(dir, 300_000);
	const ms = (value: number) => `${Math.round(value)} ms`;
	return [
		{ what: "30,000 ids in one pass, whole process", value: ms(small.ms) },
		{ what: "30,000 ids by skipping", value: ms(small.skip) },
		{ what: "300,000 ids in one pass, whole process", value: ms(large.ms) },
		{ what: "300,000 / 30,000 in one pass", value: (large.ms / small.ms).toFixed(1), reach: "about 10, O(n)" },
		{ what: "peak memory at 30,000", value: megabytes(small.peak) },
		{ what: "peak memory at 300,000", value: megabytes(large.peak), reach: "< 200 MB" },
	];
}
