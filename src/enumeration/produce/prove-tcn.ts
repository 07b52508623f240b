import { Fault } from "../../base/fault.ts";
import { prove } from "../verify/prove.ts";
import type { Producer } from "./producer.ts";

/**
 * Where the run was given a proof: proves that all tangles of a TCN are stored, and nothing else under it. Keeps no set of
 * them, so the collection must have its unique index on `notation`. Throws a Fault "data" where it finds otherwise.
 */
export async function proveTcn({ proof: stored, signal, emit }: Producer, tcn: number): Promise<void> {
	if (stored === undefined) return;
	const began = performance.now();
	const proof = await prove(
		stored,
		{ tcn, detail: "count", memoryBytes: 0 },
		{
			report: () => signal.throwIfAborted(),
		},
	);
	const { missing, extra, wrong, computed } = proof;
	if (missing + extra + wrong > 0) {
		const found = `${missing} of ${computed} tangles are missing, ${extra} are extra, ${wrong} wrong`;
		throw new Fault("data", `TCN ${tcn}: its jobs are finished, but ${found}: TCN ${tcn} is not complete`, {
			hint:
				`\`tangles verify --tcn ${tcn}\` names them; where some are missing, ` +
				`\`tangles recover --restart-tcn ${tcn}\`, then produce, pushes that TCN again`,
		});
	}
	emit({ event: "tcn-proved", tcn, tangles: computed, ms: Math.round(performance.now() - began) });
}
