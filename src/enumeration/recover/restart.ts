import { Fault } from "../../base/fault.ts";
import type { Id } from "../stencils/ports.ts";
import { STATE } from "../stencils/ports.ts";
import { type CollectionSnapshot, numbersOf, type StencilSnapshot } from "../stencils/snapshot.ts";
import type { StencilRepair } from "../stencils/term.ts";
import type { SoundConfig } from "./checks-config.ts";
import { pairName } from "./checks-stencil.ts";

/** What a person asks to be pushed again: one stencil, or all from a TCN on. */
export type Restart = { readonly stencil: Id } | { readonly tcn: number };

const AFRESH: StencilRepair = { state: STATE.new, drop: ["cursor", "progress"] };

/**
 * What pushing again from `tcn` on changes in the stencils. What stands above was made from what is pushed again, so it
 * goes back too. Counts of jobs of these TCNs go, in every stencil: they are counted anew.
 */
export function restartChanges(
	snapshot: CollectionSnapshot,
	tcn: number,
): { stencil: StencilSnapshot; change: StencilRepair }[] {
	return snapshot.stencils.flatMap((stencil) => {
		const numbers = numbersOf(stencil);
		if (numbers === undefined || numbers.rootstockTcn === 0) return [];
		if (numbers.tcn >= tcn) {
			const { state, cursor, progress, wrong } = stencil;
			const fresh = state === STATE.new && cursor === undefined && progress === undefined && wrong.length === 0;
			return fresh ? [] : [{ stencil, change: AFRESH }];
		}
		return (stencil.progress?.tcn ?? 0) >= tcn ? [{ stencil, change: { drop: ["progress"] } as const }] : [];
	});
}

/** The stencil that a person asks to be set back. Throws a Fault "data" where there is none that can be. */
export function restartedStencil(snapshot: CollectionSnapshot, id: Id, collection: string): StencilSnapshot {
	const stencil = snapshot.stencils.find((it) => it.id === id);
	if (stencil === undefined) {
		throw new Fault("data", `${collection}: there is no stencil ${id}; nothing was done`, {
			hint: "`tangles produce --dry-run` lists the open ones with their ids",
		});
	}
	if (numbersOf(stencil) === undefined) {
		throw new Fault("data", `${collection}: stencil ${id} cannot be restarted: its numbers are not sound`, {
			hint: "`tangles recover --dry-run` says what is wrong with it",
		});
	}
	return stencil;
}

/**
 * Throws a Fault where the restart cannot be done: "data" for the stencil, "usage" for a TCN of which nothing was
 * pushed.
 */
export function checkRestart(
	snapshot: CollectionSnapshot,
	{ completedTcn, maxTcn }: SoundConfig,
	restart: Restart,
	collection: string,
): void {
	if ("stencil" in restart) {
		restartedStencil(snapshot, restart.stencil, collection);
		return;
	}
	const { tcn } = restart;
	if (tcn <= completedTcn + 1 && tcn <= maxTcn) return;
	const why = tcn > maxTcn ? `max_tcn is ${maxTcn}` : `the TCN in work is ${completedTcn + 1}`;
	throw new Fault("usage", `--restart-tcn is ${tcn}, but ${why}; nothing was done`, {
		hint: "name a TCN whose jobs were pushed",
	});
}

/** What a restart that can be done does, to be asked about. */
export function describeRestart(
	snapshot: CollectionSnapshot,
	{ completedTcn }: SoundConfig,
	restart: Restart,
	collection: string,
): string {
	if ("stencil" in restart) {
		const stencil = restartedStencil(snapshot, restart.stencil, collection);
		return `set stencil ${restart.stencil} (${pairName(stencil)}) of ${collection} back to new`;
	}
	const { tcn } = restart;
	const count = restartChanges(snapshot, tcn).filter(({ change }) => change.state !== undefined).length;
	const back = tcn > completedTcn ? "" : `, and current_completed_tcn from ${completedTcn} to ${tcn - 1}`;
	return `set ${count} stencils of ${collection} from TCN ${tcn} on back to new${back}`;
}
