import type { Id } from "./ports.ts";

/** A stencil by its crossing numbers. */
export interface StencilPair {
	readonly rootstockTcn: number;
	readonly scionTcn: number;
}

/** Beyond it the stencils alone would be more than the enumeration can ever reach. */
export const MOST_TCN = 200;

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

/** The `_id` of a new stencil follows from its numbers, so that two runs at once cannot add it twice. */
export function stencilIdOf({ rootstockTcn, scionTcn }: StencilPair): Id {
	const bytes = Buffer.alloc(12);
	bytes.write("stencil", "ascii");
	bytes.writeUInt16BE(rootstockTcn & 0xffff, 8);
	bytes.writeUInt16BE(scionTcn & 0xffff, 10);
	return bytes.toString("hex");
}
