import { InMemoryBatchStore } from "../batches/in-memory.ts";
import { isBatch } from "../batches/malformed.ts";
import type { IntakeStore } from "./ports.ts";

/** The batch collection without a server, for unit tests of the intake. */
export class InMemoryIntakeStore extends InMemoryBatchStore implements IntakeStore {
	async withEvent(ids: readonly string[], type: string): Promise<ReadonlySet<string>> {
		const named = new Set(ids);
		const found = this.select(({ id }) => named.has(id)).filter(
			(stored) => isBatch(stored) && stored.seen.includes(type),
		);
		return new Set(found.map(({ id }) => id));
	}
}
