import { MemoryCollection, MemoryStencils } from "../../../../src/enumeration/stencils/in-memory.ts";
import { MemoryJobs, MemoryTangles } from "../../../../src/enumeration/stencils/in-memory-jobs.ts";
import { stencilsUpTo } from "../../../../src/enumeration/stencils/stencils.ts";
import { describePages } from "../../../support/pages-contract.ts";
import { describeQueue } from "../../../support/queue-contract.ts";
import { describeStencils } from "../../../support/stencils-contract.ts";

describeStencils("stencils in memory", async (maxTcn) => {
	const collection = MemoryCollection.fresh(maxTcn, stencilsUpTo(maxTcn));
	return {
		store: () => new MemoryStencils(collection),
		remove: async (id) => void collection.stencils.delete(id),
		end: async () => {},
	};
});

describePages("pages in memory", async (tangles) => {
	const ids = tangles.map(({ id }) => id);
	const memory = new MemoryTangles(() => ids.shift() ?? "");
	memory.store(tangles.map(({ id: _, ...tangle }) => tangle));
	return { pages: memory, end: async () => {} };
});

describeQueue("a queue in memory", async () => {
	const jobs = new MemoryJobs(new MemoryTangles(() => ""));
	return { queue: jobs.queue(), jobs: async () => jobs.enqueued, end: async () => {} };
});
