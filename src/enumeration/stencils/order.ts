import type { StencilStanding } from "./complete.ts";
import { STATE, type Stencil } from "./ports.ts";

/** Stencils of TCN `tcn` with something to push: interrupted ones first, then by rootstock_tcn. */
export function openStencils(stencils: readonly Stencil[], tcn: number): Stencil[] {
	const interrupted = ({ state }: Stencil) => (state === STATE.new ? 1 : 0);
	return stencils
		.filter((stencil) => stencil.state !== STATE.complete && stencil.tcn === tcn)
		.toSorted((a, b) => interrupted(a) - interrupted(b) || a.rootstockTcn - b.rootstockTcn);
}

/** The lowest TCN at or below `tcn` with a stencil that is not complete; undefined where all are. */
export function openBelow(stencils: readonly StencilStanding[], tcn: number): number | undefined {
	const open = stencils.flatMap((stencil) =>
		// One whose state cannot be read is a person's, and those without rootstocks are never pushed.
		stencil.state === undefined || stencil.state === STATE.complete || stencil.rootstockTcn === 0
			? []
			: (stencil.tcn ?? []),
	);
	const lowest = Math.min(...open);
	return lowest <= tcn ? lowest : undefined;
}

/**
 * The stencils without those that never began although another one with the same numbers did: `recover` removes these.
 */
export function withoutSpares<S extends Numbers>(stencils: readonly S[]): S[] {
	const name = ({ rootstockTcn, scionTcn }: Numbers) => `${rootstockTcn} ${scionTcn}`;
	const begun = new Set(stencils.filter((stencil) => !isIdle(stencil)).map(name));
	return stencils.filter((stencil) => !isIdle(stencil) || !begun.has(name(stencil)));
}

type Numbers = Pick<Stencil, "rootstockTcn" | "scionTcn" | "state" | "cursor" | "progress">;
const isIdle = ({ state, cursor, progress }: Numbers) =>
	state === STATE.new && cursor === undefined && progress === undefined;

/** Jobs pushed while TCN `tcn` was in work. */
export function pushedIn(stencils: readonly Stencil[], tcn: number): number {
	return stencils.reduce((sum, { progress }) => sum + (progress?.tcn === tcn ? progress.pushed : 0), 0);
}
