import { noteBaseline, settleBaseline } from "../produce/counter-baseline.ts";
import type { Producer, ProducerAtWork } from "../produce/producer.ts";
import { pushStencil } from "../produce/push-stencil.ts";
import type { PageCatalog } from "../stencils/catalog.ts";
import type { Stencil } from "../stencils/ports.ts";
import type { ProducerTerm } from "../stencils/term.ts";
import { atWork } from "./checks-stencil.ts";

/**
 * Pushes what is left of `stencils`, all of the TCN in work, in their order, as `produce` does. Before the first job,
 * what an interrupted run pushed without counting it is counted. Throws as `settleBaseline` and `pushStencil` do.
 */
export async function pushInterrupted(
	producer: Producer,
	term: ProducerTerm,
	catalog: PageCatalog,
	stencils: readonly Stencil[],
): Promise<void> {
	const atTerm: ProducerAtWork = { ...producer, term };
	// A TCN that counts as complete and is not is `produce`'s to open again: `check` lets nothing be pushed beside it.
	const { stencils: all } = await producer.store.snapshot();
	await settleBaseline(atTerm, await term.enumeration(), atWork(all), { acceptIncomplete: false });
	for (const stencil of stencils) {
		await noteBaseline(atTerm, await term.enumeration(), stencil.tcn);
		await pushStencil(atTerm, catalog, stencil);
	}
}
