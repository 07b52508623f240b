/** A stencil by its crossing numbers. */
export interface StencilPair {
	readonly rootstockTcn: number;
	readonly scionTcn: number;
}

/** All stencils up to TCN `maxTcn`: (j, k) with j >= 1, k >= 2 and j + k = 3..maxTcn, by (TCN, rootstock). */
export function stencilsUpTo(maxTcn: number): StencilPair[] {
	const pairs: StencilPair[] = [];
	for (let tcn = 3; tcn <= maxTcn; tcn += 1) {
		for (let rootstockTcn = 1; rootstockTcn <= tcn - 2; rootstockTcn += 1) {
			pairs.push({ rootstockTcn, scionTcn: tcn - rootstockTcn });
		}
	}
	return pairs;
}
