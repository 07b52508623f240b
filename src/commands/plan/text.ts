import { table } from "../../cli/table.ts";
import type { Forecast, TcnForecast } from "../../enumeration/plan/forecast.ts";
import type { MeasuredRate } from "../../enumeration/plan/measured-rate.ts";

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB", "EB"] as const;

const count = (number: number) => number.toLocaleString("en");

/** Bytes in the largest unit that leaves a number of 1 or more: `9.1 MB`. */
function sizeText(bytes: number): string {
	const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
	return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

function hoursText(hours: number): string {
	if (hours < 0.1) return hours.toFixed(3);
	return hours.toLocaleString("en", { maximumFractionDigits: hours < 10 ? 2 : 0 });
}

/** A row for each TCN, and one for all; what the rate was measured by. */
export function renderPlan(plan: Forecast & { readonly measured: MeasuredRate | null }): string {
	const { max_tcn, page_size, rate, tcns, total, measured } = plan;
	const cells = (row: Forecast["total"] & Partial<TcnForecast>) => [
		row.tcn === undefined ? "all" : String(row.tcn),
		count(row.tangles),
		count(row.good),
		row.rootstock_pages === undefined ? "" : count(row.rootstock_pages),
		row.scion_pages === undefined ? "" : count(row.scion_pages),
		count(row.jobs),
		sizeText(row.bytes),
		...(row.hours === null ? [] : [hoursText(row.hours)]),
	];
	const head = [
		"TCN",
		"tangles",
		"good",
		"rootstock pages",
		"scion pages",
		"jobs",
		"size",
		...(rate === null ? [] : ["hours"]),
	];
	const rows = [...tcns, total].map(cells);
	return [
		table(head, rows, head.keys()),
		`TCN 2 to ${max_tcn}, pages of ${count(page_size)}; sizes are estimates`,
		...(rate === null ? [] : [`hours are those of work at ${rateText(rate)} tangles a second`]),
		...(measured === null ? [] : [measuredText(measured)]),
	].join("\n");
}

function rateText(rate: number): string {
	return rate < 10 ? String(Number(rate.toPrecision(3))) : count(Math.round(rate));
}

function measuredText({ tcn, tangles, seconds, paused_seconds: paused }: MeasuredRate): string {
	const pauses = paused === 0 ? "" : `, ${count(paused)} s of pauses left out`;
	return `measured: TCN ${tcn}, ${count(tangles)} tangles in ${count(seconds)} s${pauses}`;
}
