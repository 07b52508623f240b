import { isUnproven } from "../stencils/complete.ts";
import { withoutSpares } from "../stencils/order.ts";
import { STATE, type Stencil, shownState } from "../stencils/ports.ts";
import { numbersOf, type StencilSnapshot, stencilFrom } from "../stencils/snapshot.ts";
import type { SoundConfig } from "./checks-config.ts";
import type { Finding, FindingKind, Repair } from "./findings.ts";

/** `3+4`; empty where the numbers cannot be read. */
export function pairName({ rootstockTcn, scionTcn }: Pick<StencilSnapshot, "rootstockTcn" | "scionTcn">): string {
	return rootstockTcn === undefined || scionTcn === undefined ? "" : `${rootstockTcn}+${scionTcn}`;
}

/** A finding about this stencil. */
export function about(stencil: StencilSnapshot, kind: FindingKind, wrong: string, repair: Repair): Finding {
	return { kind, key: stencil.key, document: stencil.name, stencil: pairName(stencil), wrong, repair };
}

const BY_HAND: Repair = { do: "ask", how: "repair or remove that document by hand" };

/** The first thing that makes it no stencil to work with; undefined where there is none. */
function unfit(stencil: StencilSnapshot): Finding | undefined {
	const { rootstockTcn, scionTcn, tcn, wrong } = stencil;
	const identity = wrong.filter(({ field }) => ["_id", "rootstock_tcn", "scion_tcn", "TCN"].includes(field));
	if (identity.length > 0) return about(stencil, "malformed", identity.map(({ text }) => text).join("; "), BY_HAND);
	const numbers = numbersOf(stencil);
	if (numbers === undefined) {
		const sum = (rootstockTcn ?? 0) + (scionTcn ?? 0);
		const text = `TCN is ${tcn}, but rootstock_tcn + scion_tcn = ${rootstockTcn} + ${scionTcn} = ${sum}`;
		return about(stencil, "sum", text, {
			do: "ask",
			how: "find out which of the three is wrong, and repair it by hand",
		});
	}
	if (numbers.rootstockTcn === 0) {
		const text = "rootstock_tcn is 0, and no rootstock has fewer crossings than 1";
		return about(stencil, "no-rootstock", text, { do: "leave", why: "left as it is: it is never pushed" });
	}
	if (numbers.scionTcn < 2) {
		const text = `scion_tcn is ${numbers.scionTcn}, and no scion has fewer crossings than 2`;
		return about(stencil, "no-scion", text, BY_HAND);
	}
	const state = wrong.find(({ field }) => field === "state");
	if (state === undefined) return undefined;
	return about(stencil, "state", state.text, {
		do: "ask",
		how: `\`tangles recover --restart ${stencil.name}\` pushes it again; set it to 3 where its jobs are known to be pushed`,
	});
}

/** What is wrong with the producer's own notes in it. */
function notes(stencil: StencilSnapshot, config: SoundConfig | undefined): Finding[] {
	const { wrong, state, cursor, progress } = stencil;
	const textOf = (name: string) => wrong.find(({ field }) => field === name)?.text;
	const findings: Finding[] = [];
	const find = (kind: FindingKind, text: string | undefined, repair: Repair) => {
		if (text !== undefined) findings.push(about(stencil, kind, text, repair));
	};
	find("epoch", textOf("epoch"), { do: "adopt" });
	find("cursor-malformed", textOf("cursor"), { do: "drop-cursor" });
	find("progress", textOf("progress"), { do: "drop-progress" });
	if (isHalfPushed(stencil)) {
		const text = `is complete, but its cursor says that only ${cursor?.pair} of its jobs were pushed`;
		find("half-pushed", text, { do: "renew" });
	} else if (cursor !== undefined && (state === STATE.complete || state === STATE.new)) {
		const text = state === STATE.new ? "is new, but has a cursor" : "is complete, but has a cursor";
		find("cursor-needless", text, { do: "drop-cursor" });
	}
	if (config === undefined) return findings;
	if (progress !== undefined && progress.tcn > config.completedTcn + 1) {
		const text = `its jobs are counted to TCN ${progress.tcn}, which is not begun`;
		find("progress", text, { do: "drop-progress" });
	}
	return findings;
}

/**
 * The stencils that a run works with: with sound numbers and state, and not there a second time without having begun.
 */
export function atWork(stencils: readonly StencilSnapshot[]): Stencil[] {
	return withoutSpares(
		stencils.flatMap((snapshot) => (unfit(snapshot) === undefined ? (stencilFrom(snapshot) ?? []) : [])),
	);
}

/**
 * True where it says that it is complete, beside a cursor that says how far it was pushed: completing it takes that
 * away.
 */
export function isHalfPushed({ state, cursor }: StencilSnapshot): boolean {
	return state === STATE.complete && cursor?.pair !== undefined;
}

/**
 * What its state says beside current_completed_tcn; `reopened` is the lowest TCN at or below it that is not complete.
 */
function place(stencil: StencilSnapshot, config: SoundConfig, reopened: number | undefined): Finding[] {
	const { state, resting, tcn = 0 } = stencil;
	const { completedTcn, maxTcn, baseline } = config;
	if (state === undefined || state === STATE.complete) return [];
	const shown = shownState({ state, resting });
	if (reopened !== undefined && tcn <= completedTcn) {
		const counters = baseline?.tcn === reopened ? "keep" : "drop";
		const text = `is ${shown}, although TCN ${completedTcn} counts as complete`;
		return [about(stencil, "open-below", text, { do: "reopen", tcn: reopened, counters })];
	}
	// What was begun above an incomplete TCN goes back with it.
	if (state === STATE.new || reopened !== undefined) return [];
	if (tcn > completedTcn + 1) {
		const text = `is ${shown}, although only TCN ${completedTcn} is complete: its pages were not all there`;
		return [about(stencil, "started-above", text, { do: "renew" })];
	}
	// Beyond max_tcn it rests, with its cursor, until max_tcn is raised.
	if (tcn > maxTcn) return [];
	const text = `was left ${shown}`;
	if (!isUnproven(config)) return [about(stencil, "interrupted", text, { do: "push", jobs: 0 })];
	const why = `left as it is: tangles produce first proves that the jobs of TCN ${baseline?.tcn} are finished`;
	return [about(stencil, "interrupted", text, { do: "leave", why })];
}

/** Checks one stencil by itself and beside the config document; without one that is sound, by itself alone. */
export function checkStencil(
	stencil: StencilSnapshot,
	config: SoundConfig | undefined,
	reopened: number | undefined,
): Finding[] {
	const first = unfit(stencil);
	if (first !== undefined) return [first];
	return [...notes(stencil, config), ...(config === undefined ? [] : place(stencil, config, reopened))];
}
