import { STATE } from "../stencils/ports.ts";
import { type CollectionSnapshot, numbersOf, type StencilSnapshot } from "../stencils/snapshot.ts";
import { type StencilPair, stencilIdOf, stencilsUpTo } from "../stencils/stencils.ts";
import { about, pairName } from "./checks-stencil.ts";
import type { Finding } from "./findings.ts";

/** True where removing it loses nothing as long as another with its numbers stays. */
function idle({ state, cursor, progress, wrong, more }: StencilSnapshot): boolean {
	return state === STATE.new && cursor === undefined && progress === undefined && wrong.length === 0 && !more;
}

/** What to do about stencils with the same numbers, two or more. */
function doubled(group: readonly StencilSnapshot[]): Finding[] {
	const busy = group.filter((stencil) => !idle(stencil));
	const own = (stencil: StencilSnapshot) => (stencil.id === stencilIdOf(stencil as StencilPair) ? 0 : 1);
	const spare = group.filter(idle).toSorted((a, b) => own(a) - own(b) || (a.name < b.name ? -1 : 1));
	const [kept = spare.shift()] = busy;
	const unclear = busy.length > 1 || busy.some(({ state }) => state === undefined);
	if (kept === undefined) return [];
	if (unclear) {
		const names = group.map(({ name }) => name).join(", ");
		const how = "find out which one's jobs were pushed, and remove the others by hand";
		return [about(kept, "doubled", `${group.length} stencils have its numbers: ${names}`, { do: "ask", how })];
	}
	const text = `${kept.name} has the same numbers, and this one has pushed nothing`;
	return spare.map((stencil) => about(stencil, "doubled", text, { do: "remove", kept: kept.name }));
}

/**
 * True where this stencil, whose numbers are not sound, may be meant for `pair`: at most one of its numbers differs.
 */
function mayBe({ rootstockTcn, scionTcn, tcn }: StencilSnapshot, pair: StencilPair): boolean {
	const differ = (read: number | undefined, wanted: number) => read !== undefined && read !== wanted;
	const known = [rootstockTcn, scionTcn, tcn].every((number) => number !== undefined);
	const wrong = [
		differ(rootstockTcn, pair.rootstockTcn),
		differ(scionTcn, pair.scionTcn),
		differ(tcn, pair.rootstockTcn + pair.scionTcn),
	].filter(Boolean).length;
	return wrong <= (known ? 1 : 0);
}

/** Stencils that should be there up to `maxTcn` and are not; `free` says which `_id`s nobody has. */
function missing(
	snapshot: CollectionSnapshot,
	known: ReadonlySet<string>,
	maxTcn: number,
	removed: ReadonlySet<unknown>,
): Finding[] {
	const unsound = snapshot.stencils.filter((stencil) => numbersOf(stencil) === undefined);
	const taken = new Set(
		[...snapshot.stencils, ...snapshot.foreign].filter(({ key }) => !removed.has(key)).map(({ name }) => name),
	);
	return stencilsUpTo(maxTcn)
		.filter((pair) => !known.has(pairName(pair)) && !unsound.some((stencil) => mayBe(stencil, pair)))
		.map((pair) => {
			const document = stencilIdOf(pair);
			const wrong = `there is no such stencil, though max_tcn is ${maxTcn}`;
			const head = { kind: "missing", key: undefined, document, stencil: pairName(pair), wrong } as const;
			if (!taken.has(document)) return { ...head, repair: { do: "add", pair } };
			return { ...head, repair: { do: "ask", how: "another document has the _id that it would get: repair that one" } };
		});
}

/**
 * Checks that each pair of numbers is there once: doubled ones always, missing ones up to `maxTcn` where that is known.
 */
export function checkPairs(snapshot: CollectionSnapshot, maxTcn: number | undefined): Finding[] {
	const sound = snapshot.stencils.filter((stencil) => numbersOf(stencil) !== undefined);
	const groups = Map.groupBy(sound, pairName);
	const findings = [...groups.values()].flatMap((group) => (group.length > 1 ? doubled(group) : []));
	if (maxTcn === undefined) return findings;
	const removed = new Set(findings.flatMap(({ key, repair }) => (repair.do === "remove" ? [key] : [])));
	return [...findings, ...missing(snapshot, new Set(groups.keys()), maxTcn, removed)];
}
