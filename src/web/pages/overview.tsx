import type { SiteLook } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout, SourceNote, Table } from "./layout.tsx";

/** What runs, what waits, what failed, and what should have happened and did not. */
export function overviewPage(look: SiteLook, ctx: PageContext) {
	const { queue, line, findings } = look;
	const wrong = (findings.value?.lines ?? []).filter(({ state }) => state !== "ok");
	return (
		<Layout title="Overview" ctx={ctx}>
			<SourceNote source={findings} name="checks" ctx={ctx} />
			<Table
				head={["state", "part", "what", "hint"]}
				rows={wrong.map((it) => [it.state, it.part, it.text, it.hint ?? ""])}
			/>
			{queue !== undefined && <SourceNote source={queue} name="queue" ctx={ctx} />}
			{line !== undefined && <SourceNote source={line} name="line" ctx={ctx} />}
			<Table
				head={["component", "ready", "working", "failed"]}
				rows={(line?.value ?? []).map((it) => [it.component, String(it.ready), String(it.working), String(it.failed)])}
			/>
		</Layout>
	);
}
