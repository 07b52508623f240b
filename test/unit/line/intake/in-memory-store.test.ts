import { CopyOnWriteIntakeStore } from "../../../../src/line/intake/copy-on-write.ts";
import { InMemoryIntakeStore } from "../../../../src/line/intake/in-memory-store.ts";
import { describeIntakeStore } from "../../../support/intake-store-contract.ts";

const nothing = async () => {};

describeIntakeStore("memory", async () => ({ store: new InMemoryIntakeStore(), [Symbol.asyncDispose]: nothing }));
describeIntakeStore("memory, read through a store that keeps its writes", async () => {
	const source = new InMemoryIntakeStore();
	const store = new CopyOnWriteIntakeStore(source);
	// What a run asks for before it writes is what the source has.
	store.add = async (batch) => await source.add(batch);
	return { store, [Symbol.asyncDispose]: nothing };
});
