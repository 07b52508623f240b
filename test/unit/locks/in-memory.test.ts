import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { describeSession } from "../../support/session-contract.ts";

describeSession("a session in memory", async (count) => {
	const ensemble = new InMemoryEnsemble();
	return Array.from({ length: count }, () => ensemble.open());
});
