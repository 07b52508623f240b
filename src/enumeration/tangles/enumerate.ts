import { integralTangles } from "./integral.ts";
import { graftPages } from "./job.ts";
import type { TangleFields } from "./tangle.ts";

/** All stored tangles of a TCN, in any order. */
export type StoredTangles = (TCN: number) => readonly TangleFields[] | Promise<readonly TangleFields[]>;

/**
 * All tangles of one TCN, computed: the integral ones, and what the jobs of all its stencils give from the stored
 * tangles
 * below. `below` is asked for the rootstocks and the scions of one stencil at a time. A tangle that several stencils
 * give
 * comes several times, with the same attributes. Throws a Fault "data" as `graftPages` does.
 */
export async function* enumerate(TCN: number, below: StoredTangles): AsyncGenerator<TangleFields, void, undefined> {
	yield* integralTangles().filter((tangle) => tangle.TCN === TCN);
	for (let rootstockTcn = 1; rootstockTcn <= TCN - 2; rootstockTcn += 1) {
		const rootstocks = await below(rootstockTcn);
		const scions = await below(TCN - rootstockTcn);
		yield* graftPages(
			rootstocks,
			scions.filter(({ is_good }) => is_good),
		);
	}
}
