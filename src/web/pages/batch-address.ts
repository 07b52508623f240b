import { isName } from "../../line/batches/names.ts";
import type { BatchQuery, BatchSort } from "../batch-list.ts";
import type { PageContext } from "./context.ts";

/** What an address of the list has beside the filter. */
interface Place {
	readonly sort?: BatchSort;
	readonly after?: string | undefined;
	readonly before?: string | undefined;
}

const FIRST_SORT: BatchSort = "first";
const ROWS = 50;

/** The parameters of the filter, the order and the place, as an address has them; what is as usual is left out. */
export function parametersOf(
	{ types, event, outcome, text, older, younger, sort, limit }: BatchQuery,
	place: Place = {},
) {
	const parameters = new URLSearchParams();
	for (const type of types) parameters.append("type", type);
	const order = place.sort ?? sort;
	const rest = {
		event,
		outcome,
		text: text === "" ? undefined : text,
		older,
		younger,
		sort: order === FIRST_SORT ? undefined : order,
		limit: limit === ROWS ? undefined : String(limit),
		after: place.after,
		before: place.before,
	};
	for (const [name, value] of Object.entries(rest)) if (value !== undefined) parameters.set(name, value);
	const written = parameters.toString();
	return written === "" ? "" : `?${written}`;
}

/** The list of the batches whose newest event of a type failed; undefined where the list cannot be asked for it. */
export function failedBatches(event: string | null, { basePath }: Pick<PageContext, "basePath">): string | undefined {
	if (event === null || !isName(event)) return undefined;
	return `${basePath}/batches?${new URLSearchParams({ event, outcome: "failed" })}`;
}

/** The order that a click on a head asks for: that one, or, where it is in force, the other way round. */
export function clickedSort(column: "first" | "id" | "type", sort: BatchSort): BatchSort {
	return sort === column ? `-${column}` : column;
}

/** How a column is sorted now. */
export function sortedAs(column: string, sort: BatchSort): "ascending" | "descending" | undefined {
	if (sort === column) return "ascending";
	return sort === `-${column}` ? "descending" : undefined;
}
