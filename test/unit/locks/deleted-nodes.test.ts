import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";

const never = new AbortController().signal;
const options = { layout: "v2", waitMs: 2000, data: "{}", signal: never } as const;

/** Resolves once so many nodes are in `dir`. */
async function untilThere({ tree }: InMemoryEnsemble, dir: string, count: number): Promise<string[]> {
	for (;;) {
		const names = tree.children(dir) ?? [];
		if (names.length === count) return names.toSorted((a, b) => Number(a.slice(-10)) - Number(b.slice(-10)));
		await new Promise((resolve) => setImmediate(resolve));
	}
}

test("two that wait in the mutex, because somebody deleted the first one's node, do not wait for each other", async () => {
	const ensemble = new InMemoryEnsemble();
	const holder = await acquire(ensemble.open(), "/x", options);
	const waiting = [1, 2].map(async () => {
		const session = ensemble.open();
		const lock = await acquire(session, "/x", options);
		await lock.release();
		return lock.path;
	});
	await untilThere(ensemble, "/x/leases", 2);
	const [first] = await untilThere(ensemble, "/x/locks", 2);
	expect(ensemble.tree.remove(`/x/locks/${first}`)).toBe("removed");
	// Until the second is in the mutex too, and whatever follows from that has happened.
	for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	await holder.release();
	expect(await Promise.all(waiting)).toEqual(["/x", "/x"]);
});

test("a node that is deleted just as the lock is had is made anew", async () => {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	const read = session.read.bind(session);
	let deleted = false;
	// The first look at a node of ours comes when all is acquired.
	session.read = async (path, changed) => {
		if (!deleted) ensemble.tree.remove(path);
		deleted = true;
		return await read(path, changed);
	};
	const lock = await acquire(session, "/x", options);
	expect([deleted, lock.state, (ensemble.tree.children("/x/leases") ?? []).length]).toEqual([true, "held", 1]);
});
