import { type Reopening, STATE } from "../stencils/ports.ts";
import { type CollectionSnapshot, type ConfigSnapshot, numbersOf, type StencilSnapshot } from "../stencils/snapshot.ts";
import type { Finding, Mend } from "./findings.ts";
import type { StencilChange, StencilRepair } from "./repair.ts";
import { restartChanges } from "./restart.ts";

/** What a mend changes in its stencil; undefined where it does something else. */
function changeOf(mend: Mend): StencilChange | undefined {
	switch (mend.do) {
		case "adopt":
			return { drop: [] };
		case "drop-cursor":
			return { drop: ["cursor"] };
		case "drop-progress":
			return { drop: ["progress"] };
		case "renew":
			return { state: STATE.new, drop: ["cursor"] };
		case "restart":
			return { state: STATE.new, drop: ["cursor", "progress"] };
		default:
			return undefined;
	}
}

/** Mends one finding in the store, as the run with `epoch`. */
export async function mendStored(
	repair: StencilRepair,
	epoch: number,
	{ document, mend }: Finding,
	seen: CollectionSnapshot,
): Promise<void> {
	const change = changeOf(mend);
	if (change !== undefined) return await repair.change(epoch, document, change);
	if (mend.do === "add") return await repair.add(epoch, mend.pair);
	if (mend.do === "remove") return await repair.remove(epoch, document);
	if (mend.do === "drop-counters") return await repair.dropCounters(epoch);
	if (mend.do !== "restart-tcn") throw new Error(`not to be mended: ${mend.do}`);
	for (const { stencil, change: afresh } of restartChanges(seen, mend.tcn)) {
		await repair.change(epoch, stencil.name, afresh);
	}
	await repair.endRestart(epoch);
}

function changed(stencil: StencilSnapshot, { state = stencil.state, drop }: StencilChange): StencilSnapshot {
	const mended = new Set<string>(["epoch", ...drop, ...(state === undefined ? [] : ["state"])]);
	return {
		...stencil,
		state,
		resting: false,
		epoch: stencil.epoch ?? 0,
		cursor: drop.includes("cursor") ? undefined : stencil.cursor,
		progress: drop.includes("progress") ? undefined : stencil.progress,
		wrong: stencil.wrong.filter(({ field }) => !mended.has(field)),
	};
}

/** What `StencilStore.reopenTcn` does, on what was seen. */
function reopened(seen: CollectionSnapshot, { tcn, counters }: Reopening): CollectionSnapshot {
	const afresh: StencilChange = { state: STATE.new, drop: ["cursor", "progress"] };
	const drop = counters === "drop";
	const stencils = seen.stencils.map((stencil) => {
		const { state, progress } = stencil;
		if (numbersOf(stencil) === undefined || state === undefined || stencil.rootstockTcn === 0) return stencil;
		const at = stencil.tcn ?? 0;
		if (at > tcn || (at === tcn && drop && state !== STATE.complete)) return changed(stencil, afresh);
		return drop && progress !== undefined && progress.round >= tcn ? changed(stencil, { drop: ["progress"] }) : stencil;
	});
	const config = seen.config && {
		...seen.config,
		completedTcn: Math.min(seen.config.completedTcn ?? 0, tcn - 1),
		round: drop && (seen.config.round?.tcn ?? 0) >= tcn ? undefined : seen.config.round,
	};
	return { ...seen, config, stencils };
}

/** The same on what was seen, for a run that only says what it would do. */
export function mendSeen(seen: CollectionSnapshot, { key, document, mend }: Finding): CollectionSnapshot {
	const config = (change: Partial<ConfigSnapshot>): CollectionSnapshot =>
		seen.config === undefined ? seen : { ...seen, config: { ...seen.config, ...change } };
	const each = (change: (stencil: StencilSnapshot) => StencilSnapshot) => ({
		...seen,
		stencils: seen.stencils.map(change),
	});
	const one = (change: (stencil: StencilSnapshot) => StencilSnapshot) =>
		each((it) => (it.key === key ? change(it) : it));
	const change = changeOf(mend);
	if (change !== undefined) return one((stencil) => changed(stencil, change));
	switch (mend.do) {
		case "add": {
			const { rootstockTcn, scionTcn } = mend.pair;
			const nothing = { cursor: undefined, progress: undefined, resting: false, wrong: [], more: false };
			const numbers = { id: document, rootstockTcn, scionTcn, tcn: rootstockTcn + scionTcn };
			const added = { key: document, name: document, ...numbers, state: STATE.new, epoch: 0, ...nothing };
			return { ...seen, stencils: [...seen.stencils, added] };
		}
		case "remove":
			return { ...seen, stencils: seen.stencils.filter((stencil) => stencil.key !== key) };
		case "raise-epoch":
			return config({ epoch: Math.max(mend.to, seen.config?.epoch ?? 0) });
		case "drop-counters":
			return config({ round: undefined, wrong: seen.config?.wrong.filter(({ field }) => field !== "work") ?? [] });
		case "reopen":
			return reopened(seen, mend);
		case "restart-tcn": {
			const changes = new Map(restartChanges(seen, mend.tcn).map((it) => [it.stencil.key, it.change]));
			const restarted = each((stencil) => changed(stencil, changes.get(stencil.key) ?? { drop: [] }));
			return { ...restarted, config: seen.config && { ...seen.config, restart: undefined } };
		}
		default:
			throw new Error(`not to be mended: ${mend.do}`);
	}
}
