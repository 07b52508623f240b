import { Fault } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { check } from "../recover/check-collection.ts";
import { isHalfPushed, pairName } from "../recover/checks-stencil.ts";
import type { StencilReader } from "../stencils/term.ts";

/**
 * What a run of `produce` looks at before it changes anything. Throws a Fault "data" where a document is not what it
 * must be, a --restart-tcn is not finished, or a stencil is complete with jobs left; warns, on one line, of what
 * `recover` would repair. What is only left open is for the run itself to push.
 */
export async function checkAtStart(store: StencilReader, log: Log): Promise<void> {
	await store.stencils();
	const snapshot = await store.snapshot();
	const half = snapshot.stencils.find(isHalfPushed);
	if (half !== undefined) {
		const wrong = `is complete, but its cursor says that only ${half.cursor?.pair} of its jobs were pushed`;
		throw new Fault("data", `${store.name}: stencil ${half.name} (${pairName(half)}) ${wrong}`, {
			hint: "`tangles recover` sets it back to new",
		});
	}
	const { findings } = check(snapshot);
	const restart = findings.find(({ repair }) => repair.do === "restart-tcn");
	if (restart !== undefined) {
		throw new Fault("data", `${store.name}: ${restart.wrong}`, { hint: "`tangles recover` finishes it" });
	}
	const wrong = findings.filter(({ repair }) => !["push", "leave", "reopen"].includes(repair.do));
	const [first] = wrong;
	if (first === undefined) return;
	const kinds = [...Map.groupBy(wrong, ({ kind }) => kind)].map(([kind, { length }]) => `${length} ${kind}`);
	log.warn(`${store.name}: ${kinds.join(", ")}; \`tangles recover --dry-run\` lists and explains them`);
}
