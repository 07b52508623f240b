import { expect } from "bun:test";
import { type AcquireOptions, acquire } from "../../src/locks/acquire.ts";
import { type Holder, holderData } from "../../src/locks/holder.ts";
import type { InMemoryEnsemble, InMemorySession } from "../../src/locks/in-memory.ts";
import type { LockLayout } from "../../src/locks/names.ts";

export const never = new AbortController().signal;

/** Data of a node of ours, by its command. */
export function holderOf(command: string, layout: LockLayout = "both"): string {
	const holder: Holder = {
		...{ host: "h1", pid: 1, user: "anna", command, layout, run: command, version: "0.0.0" },
		started: "2026-01-01T00:00:00.000Z",
	};
	return holderData(holder);
}

/** Options of an acquire that waits a minute at most. */
export function taking(layout: LockLayout, waitMs = 60_000, command = "test"): AcquireOptions {
	return { layout, waitMs, data: holderOf(command, layout), signal: never };
}

/** Contenders for the lock /x that nobody lets in: they wait until they are disposed of, and then end. */
export class Contenders implements AsyncDisposable {
	readonly #ensemble: InMemoryEnsemble;
	readonly #stop = new AbortController();
	readonly #waits: Promise<unknown>[] = [];

	constructor(ensemble: InMemoryEnsemble) {
		this.#ensemble = ensemble;
	}

	add(layout: LockLayout): void {
		const wait = acquire(this.#ensemble.open(), "/x", { ...taking(layout), signal: this.#stop.signal });
		this.#waits.push(wait);
		// Its end is looked at as it is disposed of.
		wait.catch(() => {});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const stopped = new Error("the test is over");
		this.#stop.abort(stopped);
		const ends = await Promise.allSettled(this.#waits);
		for (const end of ends) expect(end).toEqual({ status: "rejected", reason: stopped });
	}
}

/** Resolves once all steps that are due, and those that follow from them, are carried out. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once `check` holds; it is looked at again after each turn of the event loop. */
export async function until(check: () => boolean): Promise<void> {
	while (!check()) await new Promise((resolve) => setImmediate(resolve));
}

/** Children of `dir` that belong to a session, in the order in which they were made. */
export function contendersOf({ tree }: InMemoryEnsemble, dir: string): string[] {
	const names = (tree.children(dir) ?? []).filter((name) => /-\d{10}$/.test(name));
	return names.toSorted((a, b) => Number(a.slice(-10)) - Number(b.slice(-10)));
}

/** A node whose name is Curator's, with an IP address in it. */
export async function curatorNode(session: InMemorySession, dir: string, kind: "lock-" | "lease-"): Promise<string> {
	await session.makeDirectories(dir);
	return (await session.createOwn(dir, `_c_${crypto.randomUUID()}-${kind}`, "10.0.0.7")) ?? "";
}
