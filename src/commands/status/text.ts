import { table } from "../../cli/table.ts";
import { wrap } from "../../cli/wrap.ts";
import type { EnumerationDocument, TcnDocument } from "../../enumeration/stencils/documents.ts";
import { REQUEUE_DEAD } from "../../enumeration/stencils/ports.ts";
import type { StationDocument } from "../../line/stations/document.ts";
import { pauseText } from "../../servers/faktory/pause.ts";
import type { Status } from "./status.ts";

const COLUMNS = 80;

/** A block for each stencil of a TCN, in the order of their states. */
function strip({ complete, started, no_headroom, new: fresh }: TcnDocument): string {
	return "█".repeat(complete) + "▒".repeat(started) + "░".repeat(no_headroom) + "·".repeat(fresh);
}

function enumerationText({ completed_tcn, max_tcn, tcns, in_work }: EnumerationDocument): string {
	const rows = tcns.map((it) => [it.tcn, it.new, it.started, it.no_headroom, it.complete, strip(it)]);
	const begun = in_work.map(({ stencil, tcn, rootstock_tcn, scion_tcn, pushed = "-", total = "-" }) => [
		...[stencil, tcn, rootstock_tcn, scion_tcn, pushed, total],
	]);
	return [
		`TCN ${completed_tcn} of ${max_tcn} complete`,
		...(rows.length === 0 ? [] : [table(["TCN", "new", "started", "no headroom", "complete", "stencils"], rows)]),
		...(begun.length === 0 ? [] : ["", table(["in work", "TCN", "rootstocks", "scions", "pushed", "of jobs"], begun)]),
	].join("\n");
}

const counts = (parts: readonly (readonly [string, number])[]) =>
	parts.map(([what, count]) => `${count} ${what}`).join(", ");

const UNITS = [
	["d", 86_400],
	["h", 3600],
	["min", 60],
	["s", 1],
] as const;

/** So many seconds, in their largest unit. */
function largestUnit(span: number): string {
	const seconds = Math.max(0, Math.round(span));
	const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ["s", 1];
	return `${Math.floor(seconds / size)} ${unit}`;
}

/** How long before `now` a time was, in its largest unit. */
function agoText(time: string | null, now: string): string {
	if (time === null) return "-";
	return largestUnit((Date.parse(now) - Date.parse(time)) / 1000);
}

function runText({ last_run, not_run_since }: StationDocument, now: string): string {
	if (last_run === null) return "not known";
	if (not_run_since !== null) return `NOT RUN for ${agoText(not_run_since, now)}`;
	return `${agoText(last_run.start, now)} ago, ${last_run.outcome ?? "no end known"}`;
}

/** The status for people, at most 80 columns wide but for long names. */
export function statusText({ time, enumeration, queue, locks, line, errors }: Status): string {
	const parts = [time];
	if (enumeration !== null) parts.push(enumerationText(enumeration));
	if (queue !== null) {
		const { enqueued, working, retries, scheduled, dead, oldest_seconds, workers, paused, resume = "" } = queue;
		const now = counts([
			["enqueued", enqueued],
			["working", working],
			["in retries", retries],
			["scheduled", scheduled],
			["dead", dead],
		]);
		const beside = [
			...(oldest_seconds === null ? [] : [`oldest job ${largestUnit(oldest_seconds)}`]),
			...(workers === null ? [] : [counts([[workers === 1 ? "worker" : "workers", workers]])]),
		].join(", ");
		const why = paused === "no" ? "" : `${pauseText("the queue", paused, enqueued)}; ${resume}`;
		const held = why === "" ? "" : `\n${wrap(why, COLUMNS, "")}`;
		const died = dead === 0 ? "" : `\n${wrap(`dead jobs hold a TCN back: \`${REQUEUE_DEAD}\``, COLUMNS, "")}`;
		parts.push(`${queue.name}\n${now}${beside === "" ? "" : `\n${beside}`}${held}${died}`);
	}
	if (locks !== null) {
		const kinds = [
			["tangles", locks.tangles],
			["curator flat", locks.curator_flat],
			["curator v2", locks.curator_v2],
			["foreign", locks.foreign],
			["leftover", locks.leftover],
			["not readable", locks.not_readable],
			["free", locks.free],
		] as const;
		const held = counts(kinds.filter(([, count]) => count > 0)) || "none";
		parts.push(`locks: ${held}; ${locks.waiting} waiting`);
	}
	if (line !== null && line.length > 0) {
		const rows = line.map((it) => [
			...[it.component, it.ready, it.working, it.failed, agoText(it.oldest, time), runText(it, time)],
		]);
		parts.push(table(["component", "ready", "working", "failed", "oldest", "last run"], rows));
	}
	for (const { part, error } of errors) parts.push(`${part}: ${error}`);
	return `${parts.join("\n\n")}\n`;
}
