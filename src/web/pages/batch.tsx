import type { BatchView } from "../batch-list.ts";
import type { Sourced } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout, SourceNote, Table } from "./layout.tsx";

/** One batch: what happened to it, who holds it, its other round trips. `id` is what was asked for. */
export function batchPage(id: string, view: Sourced<BatchView>, ctx: PageContext) {
	const events = view.value?.batch.events ?? [];
	return (
		<Layout title={`Batch ${id}`} ctx={ctx}>
			<SourceNote source={view} name="batch" ctx={ctx} />
			<Table
				head={["time", "outcome", "event", "agent"]}
				rows={events.map((it) => [it.time.toISOString(), it.success ? "succeeded" : "failed", it.type, it.agent])}
			/>
		</Layout>
	);
}
