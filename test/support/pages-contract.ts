import { describe, expect, test } from "bun:test";
import type { TanglePages } from "../../src/enumeration/stencils/ports.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";

export type TangleWithId = TangleFields & { readonly id: string };
export type PreparePages = (
	tangles: readonly TangleWithId[],
) => Promise<{ readonly pages: TanglePages; end(): Promise<void> }>;

const idOf = (n: number) => n.toString(16).padStart(24, "0");
const tangle = (n: number, TCN: number, is_good: boolean): TangleWithId => ({
	...{ id: idOf(n), notation: `${TCN} ${n}`, TCN, is_good, positivity: "neutral" },
});

/** Seven tangles of TCN 3, every third of them not good, in no order; two of TCN 4. */
const TANGLES = [5, 2, 9, 1, 7, 4, 3]
	.map((n) => tangle(n, 3, n % 3 !== 0))
	.concat(tangle(6, 4, true), tangle(8, 4, false));

/** What every adapter of `TanglePages` does, told of one adapter. */
export function describePages(adapter: string, prepare: PreparePages): void {
	const starts = async (pages: TanglePages, tcn: number, goodOnly: boolean, size: number) => {
		const found = await pages.find(tcn, goodOnly, size);
		return Array.from({ length: found.length }, (_, at) => Number.parseInt(found.at(at), 16));
	};

	describe(adapter, () => {
		test("page starts: every n-th id of one TCN in the order of ids, of all or of the good ones", async () => {
			const { pages, end } = await prepare(TANGLES);
			try {
				expect(await starts(pages, 3, false, 3)).toEqual([1, 4, 9]);
				expect(await starts(pages, 3, true, 2)).toEqual([1, 4, 7]);
				expect(await starts(pages, 3, false, 7)).toEqual([1]);
				expect(await starts(pages, 4, true, 1)).toEqual([6]);
				expect(await starts(pages, 5, false, 1)).toEqual([]);
				const found = await pages.find(3, false, 3);
				expect([found.indexOf(idOf(4)), found.indexOf(idOf(5))]).toEqual([1, -1]);
			} finally {
				await end();
			}
		});

		test("ids are looked up: TCN and goodness of those that are tangles", async () => {
			const { pages, end } = await prepare(TANGLES);
			try {
				const found = await pages.look([idOf(3), idOf(6), idOf(77)]);
				expect(Object.fromEntries(found)).toEqual({
					[idOf(3)]: { tcn: 3, good: false },
					[idOf(6)]: { tcn: 4, good: true },
				});
			} finally {
				await end();
			}
		});
	});
}
