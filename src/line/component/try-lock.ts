import { isFault } from "../../base/fault.ts";
import type { Held } from "../../locks/held.ts";
import type { BatchLockTry } from "./ports.ts";

/**
 * What becomes of one batch's lock that `acquire` tries: a Fault "locked" says who holds it, and any other Fault is
 * trouble of this lock alone. Throws the error where `hasEnded` says that the session or the run has ended, and what is
 * no Fault.
 */
export async function tryLock(acquire: () => Promise<Held>, hasEnded: () => boolean): Promise<BatchLockTry> {
	try {
		return await acquire();
	} catch (error) {
		if (isFault(error, "locked")) return { heldBy: error.message };
		if (hasEnded() || !isFault(error)) throw error;
		return { trouble: error };
	}
}
