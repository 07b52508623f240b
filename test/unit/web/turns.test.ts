import { expect, test } from "bun:test";
import { Turns } from "../../../src/web/turns.ts";

test("so many pieces of work go on at a time, each in its turn, also where one fails", async () => {
	const turns = new Turns(3);
	const begun: number[] = [];
	const ends = Array.from({ length: 9 }, () => Promise.withResolvers<number>());
	let atOnce = 0;
	let most = 0;
	const results = ends.map(({ promise }, n) =>
		turns.take(async () => {
			begun.push(n);
			atOnce += 1;
			most = Math.max(most, atOnce);
			try {
				return await promise;
			} finally {
				atOnce -= 1;
			}
		}),
	);
	expect(begun).toEqual([0, 1, 2]);
	ends[1]?.reject(new Error("no answer"));
	await expect(results[1]).rejects.toThrow("no answer");
	expect(begun).toEqual([0, 1, 2, 3]);
	for (const [n, { resolve }] of ends.entries()) resolve(n);
	expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual(
		ends.map((_, n) => (n === 1 ? "rejected" : "fulfilled")),
	);
	expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
	expect(most).toBe(3);
	// Every place is free again.
	await Promise.all([0, 1, 2].map((n) => turns.take(async () => n)));
});
