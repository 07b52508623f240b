import type { SiteLook } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout, SourceNote, Table } from "./layout.tsx";

/** Who holds what, since when, and how many wait. */
export function locksPage({ locks }: SiteLook, ctx: PageContext) {
	const rows = (locks?.value?.locks ?? []).map(({ path, holders, waiting }) => [
		path,
		holders.map(({ holder }) => holder).join(", "),
		holders[0]?.since ?? "-",
		String(waiting),
	]);
	return (
		<Layout title="Locks" ctx={ctx}>
			{locks !== undefined && <SourceNote source={locks} name="locks" ctx={ctx} />}
			<Table head={["lock", "holder", "since", "waiting"]} rows={rows} />
		</Layout>
	);
}
