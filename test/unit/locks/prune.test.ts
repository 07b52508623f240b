import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { prune } from "../../../src/locks/prune.ts";
import { Interleaving } from "../../support/interleaving.ts";
import { taking } from "../../support/lock-memory.ts";

async function tree(...paths: readonly string[]) {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	for (const path of paths) await session.makeDirectories(path);
	return { ensemble, session };
}

const all = { emptied: false, dryRun: false };

test("an empty lock goes with its parts, children first; what else is there stays", async () => {
	const { ensemble, session } = await tree("/old/leases", "/old/locks", "/other/plain");
	const { removed } = await prune(session, "/", all);
	expect(removed).toEqual(
		["/old/locks", "/old/leases", "/old"].toSorted((a, b) => removed.indexOf(a) - removed.indexOf(b)),
	);
	expect([removed.at(-1), removed.length]).toEqual(["/old", 3]);
	expect(ensemble.tree.paths()).toEqual(["/other", "/other/plain"]);
});

test("a dry run says the same and removes nothing", async () => {
	const { ensemble, session } = await tree("/old/leases", "/a/b/locks", "/a/b/leases");
	const before = ensemble.tree.paths();
	const planned = await prune(session, "/", { ...all, dryRun: true });
	expect(ensemble.tree.paths()).toEqual(before);
	expect((await prune(session, "/", all)).removed).toEqual(planned.removed);
});

test("nothing of a lock that is held or waited for goes, and nothing outside of the root", async () => {
	const { ensemble, session } = await tree("/old/leases");
	await acquire(ensemble.open(), "/held/x", taking("both"));
	// Only its flat queue shows that this one is in use.
	await acquire(ensemble.open(), "/held/flat", taking("flat"));
	await session.makeDirectories("/held/flat/leases");
	const before = ensemble.tree.paths();
	expect((await prune(session, "/held", all)).removed).toEqual([]);
	expect(ensemble.tree.paths()).toEqual(before);
});

test("an emptied directory goes only where that is asked for, and only one that once had children and holds nothing", async () => {
	const { ensemble, session } = await tree("/once/child", "/never");
	await session.remove("/once/child");
	expect((await prune(session, "/", all)).removed).toEqual([]);
	expect((await prune(session, "/", { ...all, emptied: true })).removed).toEqual(["/once"]);
	expect(ensemble.tree.paths()).toEqual(["/never"]);
});

test("a prune at any moment takes no node of a contender, and lets everybody have the lock", async () => {
	for (let seed = 1; seed <= 60; seed += 1) {
		const steps = new Interleaving(seed);
		const ensemble = new InMemoryEnsemble(steps.schedule);
		const eye = ensemble.open();
		const failed: unknown[] = [];
		let working = 3;
		const contend = async () => {
			const session = ensemble.open();
			for (let round = 0; round < 2; round += 1) {
				const lock = await acquire(session, "/a/x", taking("both"));
				expect(lock.state).toBe("held");
				await lock.release();
			}
			working -= 1;
		};
		const keepPruning = async () => {
			while (working > 0) await prune(eye, "/", { emptied: true, dryRun: false });
		};
		for (let count = 0; count < 3; count += 1) contend().catch((error: unknown) => failed.push(error));
		keepPruning().catch((error: unknown) => failed.push(error));
		await steps.run(
			() => working === 0 || failed.length > 0,
			() => {},
			() => steps.schedule(0n, () => {}),
		);
		expect([seed, failed]).toEqual([seed, []]);
	}
});
