import type { LockView } from "../../locks/inspect-lock.ts";

/** Batches that are locked for a component: held locks below its own path. */
export function workingFor(component: string, locks: readonly LockView[]): number {
	return locks.filter(({ path, holders }) => path.startsWith(`/${component}/`) && holders.length > 0).length;
}
