import { MemoryCollection, MemoryStencils } from "../stencils/in-memory.ts";
import type { TanglePages } from "../stencils/ports.ts";
import type { StencilReader } from "../stencils/term.ts";
import { type Recovered, recover } from "./recover.ts";
import type { Restart } from "./restart.ts";

/** What a dry run reads. It has nothing to write with. */
export interface DryRunSources {
	readonly store: StencilReader;
	readonly tangles: TanglePages;
	readonly pageSize: number;
}

/**
 * The recovery itself, on a copy of the collection in memory: what it repairs there, a real run would. It ends before
 * the first job; a finding that is to be pushed has the number of its jobs. Throws as `recover` does.
 */
export async function recoverDry({ store, ...sources }: DryRunSources, restart?: Restart): Promise<Recovered> {
	const copy = new MemoryCollection(await store.snapshot(), store.name);
	const nothing = async () => {};
	const ports = { store: new MemoryStencils(copy), ...sources, ensureHeld: nothing, push: nothing };
	return await recover({ ...ports, onRepaired: () => {} }, restart);
}
