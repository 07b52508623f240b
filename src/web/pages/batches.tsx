import type { BatchPage } from "../batch-list.ts";
import type { Sourced } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout, SourceNote, Table } from "./layout.tsx";

/** A page of the list of batches: a row each, a column for each type of event. */
export function batchesPage(page: Sourced<BatchPage>, ctx: PageContext) {
	const { columns = [], rows = [] } = page.value ?? {};
	const link = (id: string) => <a href={`${ctx.basePath}/batches/${encodeURIComponent(id)}`}>{id}</a>;
	return (
		<Layout title="Batches" ctx={ctx}>
			<SourceNote source={page} name="batches" ctx={ctx} />
			<Table
				head={["batch", "type", ...columns.map(({ event }) => event)]}
				rows={rows.map((row) =>
					"malformed" in row ? [row.id, "malformed"] : [link(row.id), row.type, ...row.cells.map(({ state }) => state)],
				)}
			/>
		</Layout>
	);
}
