import { openBelow } from "../stencils/order.ts";
import { STATE } from "../stencils/ports.ts";
import type { CollectionSnapshot, StencilSnapshot } from "../stencils/snapshot.ts";
import { type CheckedConfig, checkConfig, type SoundConfig } from "./checks-config.ts";
import { checkPairs } from "./checks-pairs.ts";
import { about, atWork, checkStencil, isHalfPushed } from "./checks-stencil.ts";
import { type Finding, isUntouched, needsPerson } from "./findings.ts";

export interface Checked {
	/** Undefined where a person has to repair the config document before anything else may be changed. */
	readonly sound: SoundConfig | undefined;
	readonly findings: readonly Finding[];
}

const byPlace = (a: StencilSnapshot, b: StencilSnapshot) =>
	(a.tcn ?? 0) - (b.tcn ?? 0) || (a.rootstockTcn ?? 0) - (b.rootstockTcn ?? 0) || (a.name < b.name ? -1 : 1);

function foreign(snapshot: CollectionSnapshot): Finding[] {
	return snapshot.foreign.map(({ key, name }) => ({
		...({ kind: "foreign", key, document: name, stencil: "" } as const),
		wrong: "is no stencil and not the config document",
		repair: { do: "ask", how: "move it elsewhere: produce does not start beside it" },
	}));
}

/** Stencils that are complete although the TCNs below them are not. One finding for all: they have one cause. */
function completeAbove(stencils: readonly StencilSnapshot[], { completedTcn }: SoundConfig): Finding[] {
	const complete = stencils.filter((stencil) => stencil.state === STATE.complete && !isHalfPushed(stencil));
	const above = complete.filter(({ tcn = 0 }) => tcn > completedTcn + 1);
	const [first] = above;
	if (first === undefined) return [];
	const wrong =
		`is complete${above.length > 1 ? `, as ${above.length - 1} more above it are` : ""}, although only TCN ` +
		`${completedTcn} is: its pages were not all there, or current_completed_tcn was set back`;
	const again = `\`tangles recover --restart-tcn ${completedTcn + 1}\` pushes all from that TCN on again`;
	return [about(first, "complete-above", wrong, { do: "ask", how: `repair current_completed_tcn, or ${again}` })];
}

/** An interrupted --restart-tcn: until it is finished, no stencil is repaired otherwise. */
function unfinishedRestart(tcn: number): Finding {
	return {
		...({ kind: "restart", key: "config", document: "config", stencil: "" } as const),
		wrong: `pushing again from TCN ${tcn} on was asked for, and not all stencils are set back`,
		repair: { do: "restart-tcn", tcn },
	};
}

/** A document that a person has to see is not touched, whatever else is found about it. */
export function personFirst(findings: readonly Finding[]): Finding[] {
	const keys = new Set(findings.filter(needsPerson).map(({ key }) => key));
	return findings.filter((finding) => needsPerson(finding) || finding.key === undefined || !keys.has(finding.key));
}

/** Checks a stencil collection by its documents alone; nothing is asked of the tangles. */
export function check(snapshot: CollectionSnapshot): Checked {
	const { sound, findings }: CheckedConfig = checkConfig(snapshot);
	const stencils = snapshot.stencils.toSorted(byPlace);
	const pairs = checkPairs({ ...snapshot, stencils }, sound?.maxTcn);
	const removed = new Set(pairs.flatMap(({ key, repair }) => (repair.do === "remove" ? [key] : [])));
	const kept = stencils.filter(({ key }) => !removed.has(key));
	const restart = snapshot.config?.restart;
	if (sound !== undefined && restart !== undefined) {
		// What a run leaves untouched is named from the beginning, so that its take-over leaves it too.
		const all = [...pairs, ...kept.flatMap((stencil) => checkStencil(stencil, undefined, undefined))];
		const untouched = all.filter(isUntouched);
		return { sound, findings: [...findings, unfinishedRestart(restart), ...untouched, ...foreign(snapshot)] };
	}
	const reopened = sound && openBelow(atWork(stencils), sound.completedTcn);
	const collection = personFirst([
		...pairs,
		...kept.flatMap((stencil) => checkStencil(stencil, sound, reopened)),
		...(sound === undefined || reopened !== undefined ? [] : completeAbove(stencils, sound)),
	]);
	return { sound, findings: [...findings, ...collection, ...foreign(snapshot)] };
}
