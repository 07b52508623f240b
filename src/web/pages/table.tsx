import type { Child } from "hono/jsx";

export interface Column {
	readonly name: Child;
	/** Numbers stand at the right, one below the other. */
	readonly number?: boolean;
	readonly sorted?: "ascending" | "descending" | undefined;
}

interface TableProps {
	/** Says what the table has; also the name of the region that scrolls. */
	readonly caption: string;
	readonly columns: readonly (Column | string)[];
	/** The first cell of each row is its head. */
	readonly rows: readonly (readonly Child[])[];
	/** What stands in place of a table without rows. */
	readonly empty: string;
	/** The caption is for those alone who cannot see the heading above. */
	readonly quiet?: boolean;
}

const columnOf = (column: Column | string): Column => (typeof column === "string" ? { name: column } : column);

/** A table that scrolls by itself where it is wider than the page, also by the keyboard. */
export function Table({ caption, columns, rows, empty, quiet = false }: TableProps) {
	if (rows.length === 0) return <p class="note">{empty}</p>;
	const heads = columns.map(columnOf);
	const classOf = (at: number) => (heads[at]?.number === true ? "number" : undefined);
	return (
		<section class="scroll" aria-label={caption} tabindex={0}>
			<table>
				<caption class={quiet ? "unseen" : undefined}>{caption}</caption>
				<thead>
					<tr>
						{heads.map(({ name, sorted }, at) => (
							<th scope="col" class={classOf(at)} aria-sort={sorted}>
								{name}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map(([head, ...cells]) => (
						<tr>
							<th scope="row" class={classOf(0)}>
								{head}
							</th>
							{cells.map((cell, at) => (
								<td class={classOf(at + 1)}>{cell}</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
