import { STATE, type Stencil } from "./ports.ts";

/** Stencils with something to push, up to TCN `tcn`: interrupted ones first, then by (TCN, rootstock_tcn). */
export function openStencils(stencils: readonly Stencil[], tcn: number): Stencil[] {
	const interrupted = ({ state }: Stencil) => (state === STATE.new ? 1 : 0);
	return stencils
		.filter((stencil) => stencil.state !== STATE.complete && stencil.tcn <= tcn)
		.toSorted((a, b) => interrupted(a) - interrupted(b) || a.tcn - b.tcn || a.rootstockTcn - b.rootstockTcn);
}

/** Jobs pushed in round `tcn`. */
export function pushedIn(stencils: readonly Stencil[], tcn: number): number {
	return stencils.reduce((sum, { progress }) => sum + (progress?.round === tcn ? progress.pushed : 0), 0);
}
