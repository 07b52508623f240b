import { table } from "../../cli/table.ts";
import type { Forecast, TcnForecast } from "../../enumeration/plan/forecast.ts";

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB", "EB"] as const;

/** Bytes in the largest unit that leaves a number of 1 or more: `9.1 MB`. */
function sizeText(bytes: number): string {
	const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
	return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

function hoursText(hours: number): string {
	return hours < 0.1 ? hours.toFixed(3) : hours.toLocaleString("en", { maximumFractionDigits: 1 });
}

/** A row for each TCN, and one for all. */
export function renderForecast({ max_tcn, page_size, rate, tcns, total }: Forecast): string {
	const count = (number: number) => number.toLocaleString("en");
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
	const speed = rate === null ? "" : `, ${count(rate)} jobs a second`;
	return `${table(head, rows, head.keys())}\nTCN 2 to ${max_tcn}, pages of ${count(page_size)}${speed}; sizes are estimates`;
}
