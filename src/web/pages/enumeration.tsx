import type { SiteLook } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout, SourceNote, Table } from "./layout.tsx";

/** The triangle of stencils, and the figures of each TCN. */
export function enumerationPage({ enumeration }: SiteLook, ctx: PageContext) {
	const rows = (enumeration?.value?.figures ?? []).map(({ tcn, jobs, tangles, good, seconds }) =>
		[tcn, jobs, tangles, good, seconds ?? "-"].map(String),
	);
	return (
		<Layout title="Enumeration" ctx={ctx}>
			{enumeration !== undefined && <SourceNote source={enumeration} name="enumeration" ctx={ctx} />}
			<Table head={["TCN", "jobs", "tangles", "good", "seconds"]} rows={rows} />
		</Layout>
	);
}
