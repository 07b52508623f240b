import type { BatchCell, BatchPage, BatchRow } from "../batch-list.ts";
import type { Sourced } from "../look.ts";
import { clickedSort, parametersOf, sortedAs } from "./batch-address.ts";
import { BatchFilterForm } from "./batch-filter.tsx";
import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Source } from "./source.tsx";
import { State } from "./state.tsx";
import { type Column, Table } from "./table.tsx";
import { counted, Name, plainName } from "./text.tsx";
import { clockText, Time } from "./time.tsx";

const SORTED = [
	["id", "Batch"],
	["type", "Type"],
	["first", "Created"],
] as const;

/** What became of one event type on a batch: a sign and a word; when, and by whom, in the title. */
export function Cell({ cell, ctx }: { cell: BatchCell; ctx: PageContext }) {
	const { state, time, holder } = cell;
	if (state === "none") return <span class="none">–</span>;
	const when = time === undefined ? undefined : clockText(new Date(time), ctx);
	return (
		<span title={when}>
			<State is={state} />
			{holder !== undefined && (
				<span class="kind">
					<Name text={holder} most={40} />
				</span>
			)}
		</span>
	);
}

function cellsOf(row: BatchRow, columns: number, ctx: PageContext) {
	if ("malformed" in row) {
		const why = row.malformed.map(({ text }) => text).join("; ");
		const said = <State is="failed">malformed</State>;
		const rest = Array.from({ length: Math.max(0, columns - 1) }, () => "");
		return [<Name text={row.id} />, said, <Name text={why} most={120} />, ...(columns > 0 ? ["", ...rest] : [])];
	}
	return [
		<a href={`${ctx.basePath}/batches/${encodeURIComponent(row.id)}`}>
			<Name text={row.id} />
		</a>,
		<Name text={row.type} most={40} />,
		<Time at={row.created} ctx={ctx} />,
		...row.cells.map((cell) => <Cell cell={cell} ctx={ctx} />),
	];
}

function Paging({ page, ctx }: { page: BatchPage; ctx: PageContext }) {
	const { query, next, previous, reached } = page;
	const isSearched = reached !== undefined;
	const isBackwards = query.before !== undefined;
	const to = (place: { after?: string; before?: string }) => `${ctx.basePath}/batches${parametersOf(query, place)}`;
	const isFirst = query.before === undefined && query.after === undefined;
	if (isFirst && next === undefined) return null;
	return (
		<nav class="paging" aria-label="pages of the list">
			{!isFirst && <a href={to({})}>First page</a>}
			{previous !== undefined && (
				<a href={to({ before: previous })} rel="prev">
					← {isSearched && isBackwards ? "Go on searching" : "Previous"}
				</a>
			)}
			{next !== undefined && (
				<a href={to({ after: next })} rel="next">
					{isSearched && !isBackwards ? "Go on searching" : "Next"} →
				</a>
			)}
		</nav>
	);
}

function BatchTable({ page, ctx }: { page: BatchPage; ctx: PageContext }) {
	const { query, columns, rows, total, reached } = page;
	const heads = SORTED.map(
		([column, name]): Column => ({
			name: (
				<a href={`${ctx.basePath}/batches${parametersOf(query, { sort: clickedSort(column, query.sort) })}`}>{name}</a>
			),
			sorted: sortedAs(column, query.sort),
		}),
	);
	const events = columns.map(
		({ event, component }): Column => ({
			name: (
				<span title={component === undefined ? undefined : `recorded by ${plainName(component)}`}>
					<Name text={event} most={40} />
				</span>
			),
		}),
	);
	const all = `${counted(total.count, "batch", "batches")}${total.more ? " or more" : ""}`;
	return (
		<>
			<Table
				caption={`${all}; ${rows.length} on this page`}
				columns={[...heads, ...events]}
				rows={rows.map((row) => cellsOf(row, columns.length, ctx))}
				empty={reached === undefined ? "No batch fulfils this filter." : "None was found so far."}
			/>
			{reached !== undefined && (
				<p class="note">
					The search was ended, since it takes long: it came to batches whose first event was at{" "}
					<Time at={reached} ctx={ctx} />, and can go on there.
				</p>
			)}
			<Paging page={page} ctx={ctx} />
			<p class="note">
				This view as <a href={`${ctx.basePath}/api/batches.csv${parametersOf(query)}`}>CSV</a> or{" "}
				<a href={`${ctx.basePath}/api/batches${parametersOf(query)}`}>JSON</a>: all pages of it.
			</p>
		</>
	);
}

/** A page of the list of batches: a row each, a column for each type of event in the order of the line. */
export function batchesPage(page: Sourced<BatchPage>, ctx: PageContext) {
	return (
		<Layout title="Batches" ctx={ctx}>
			<BatchFilterForm
				parameters={new URLSearchParams(page.value === undefined ? "" : parametersOf(page.value.query))}
				events={page.value?.columns.map(({ event }) => event) ?? []}
				ctx={ctx}
			/>
			<Source source={page} name="the batches" ctx={ctx}>
				{(value) => <BatchTable page={value} ctx={ctx} />}
			</Source>
		</Layout>
	);
}
