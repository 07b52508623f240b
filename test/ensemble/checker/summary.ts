import type { Findings } from "./findings.ts";
import type { History, Kind, Section } from "./history.ts";
import { quantile } from "./progress.ts";

const KINDS: readonly Kind[] = ["tangles", "curator-1.3.3", "curator-5.9.0", "kazoo"];

function table(rows: readonly (readonly (string | number)[])[]): string[] {
	const width = (column: number) => Math.max(...rows.map((row) => String(row[column] ?? "").length));
	return rows.map((row) =>
		row
			.map((cell, at) => (at === 0 ? String(cell).padEnd(width(at)) : String(cell).padStart(width(at))))
			.join("  ")
			.trimEnd(),
	);
}

const name = ({ client, id, token }: Section) => `${client} (${id}, token ${token})`;
const shareOf = <T extends { readonly ours: boolean }>(all: readonly T[]) =>
	`ours ${all.filter(({ ours }) => ours).length}, others' ${all.filter(({ ours }) => !ours).length}`;

/** What a run showed, as text: a line a kind of fault, the sums, each violation. */
export function summary(history: History, findings: Findings): string {
	const { sections, faults, outcomes, orphans, ghosts, left, about } = history;
	const ofKind = (kind: Kind) => sections.filter((section) => section.kind === kind).length;
	const ends = Map.groupBy(
		outcomes.filter(({ kind }) => kind === "tangles"),
		({ outcome }) => outcome,
	);
	const { overlaps, disorders, increments, nodes } = findings;
	return [
		about,
		"",
		...table([
			["fault", "count", "sections after", "p50 ms", "p99 ms", "longest ms", "no leader ms", "by others", "by servers"],
			...findings.progress.map(
				({ kind, faults: count, sections: after, waits, leaderlessMs, waitsForOthers, waitsForServers }) => [
					...[kind, count, after],
					...[0.5, 0.99, 1].map((share) => (waits.length === 0 ? "-" : Math.round(quantile(waits, share)))),
					Math.round(leaderlessMs),
					...[waitsForOthers, waitsForServers].map((all) => all.map((ms) => Math.round(ms)).join(", ")),
				],
			),
		]),
		"",
		`faults             ${faults.length}`,
		`sections           ${sections.length}: ${KINDS.map((kind) => `${kind} ${ofKind(kind)}`).join(", ")}`,
		`killed at work     ${KINDS.map((kind) => `${kind} ${sections.filter((one) => one.kind === kind && !one.ended).length}`).join(", ")}`,
		`runs of tangles    ${[...ends].map(([outcome, all]) => `exit ${outcome}: ${all.length}`).join(", ")}`,
		`both nodes seen    ${nodes.both}, not seen in time ${nodes.notSeen}, without both ${nodes.without.length}`,
		`overlaps           ${shareOf(overlaps)}`,
		`tokens             out of order: ${shareOf(disorders)}`,
		`increments         lost: ${shareOf(increments)}`,
		`orphans of others  ${KINDS.slice(1)
			.map((kind) => `${kind} ${orphans.filter((orphan) => orphan.kind === kind).length}`)
			.join(", ")}`,
		`ghosts of servers  ${new Set(ghosts.map(({ server, since }) => `${server} ${since}`)).size}`,
		`left nodes         ${left?.length ?? "not known: the run did not come to its end"}`,
		...overlaps
			.filter(({ ours }) => ours)
			.map(
				({ earlier, later, ms, by }) =>
					`overlap of ours at ${earlier.lock}: ${name(earlier)} ran ${ms.toFixed(0)} ms beside ${name(later)}, by ${by}`,
			),
		...[
			...Map.groupBy(
				overlaps.filter(({ ours }) => !ours),
				({ violator }) => violator?.kind ?? "not known",
			),
		].map(
			([kind, all]) =>
				`overlap of others: ${kind} ${all.length}, the longest ${Math.max(...all.map(({ ms }) => ms)).toFixed(0)} ms`,
		),
		...disorders.map(
			({ earlier, later, layer, ours }) =>
				`${ours ? "token of ours" : "token of others"} out of order at ${later.lock}, ${layer}: ${name(later)} after ${name(earlier)}`,
		),
		...(left ?? []).map((path) => `left: ${path}`),
		...nodes.without.map((section) => `without both nodes at ${section.lock}: ${name(section)}`),
		"",
		...findings.violations.map((violation) => `VIOLATION: ${violation}`),
		findings.violations.length === 0 ? "holds" : `${findings.violations.length} violations`,
	].join("\n");
}
