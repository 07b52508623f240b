import { STATE } from "../stencils/ports.ts";
import type { CollectionSnapshot } from "../stencils/snapshot.ts";
import type { ProducerTerm, StencilRepair } from "../stencils/term.ts";
import type { Finding, Repair } from "./findings.ts";
import { restartChanges } from "./restart.ts";

/** What a repair changes in its stencil; undefined where it does something else. */
function changeOf(repair: Repair): StencilRepair | undefined {
	switch (repair.do) {
		case "adopt":
			return { drop: [] };
		case "drop-cursor":
			return { drop: ["cursor"] };
		case "drop-progress":
			return { drop: ["progress"] };
		case "renew":
			return { state: STATE.new, drop: ["cursor"] };
		case "restart":
			return { state: STATE.new, drop: ["cursor", "progress"] };
		default:
			return undefined;
	}
}

/** Repairs one finding, which `isRepairable`; `snapshot` is the collection in which it was found. */
export async function repairFinding(
	term: ProducerTerm,
	{ document, repair }: Finding,
	snapshot: CollectionSnapshot,
): Promise<void> {
	const change = changeOf(repair);
	if (change !== undefined) return await term.repair(document, change);
	switch (repair.do) {
		case "add":
			return await term.add(repair.pair);
		case "remove":
			return await term.remove(document);
		case "drop-counters":
			return await term.dropBaseline();
		case "reopen":
			return await term.reopenTcn(repair);
		case "restart-tcn":
			for (const { stencil, change: afresh } of restartChanges(snapshot, repair.tcn)) {
				await term.repair(stencil.name, afresh);
			}
			return await term.endRestart();
		default:
			throw new Error(`not to be repaired: ${repair.do}`);
	}
}
