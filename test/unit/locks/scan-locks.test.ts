import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { scanLocks } from "../../../src/locks/scan-locks.ts";
import { taking } from "../../support/lock-memory.ts";

test("a scan finds locks at every depth, in order of their paths, and inside of no lock's own directories", async () => {
	const ensemble = new InMemoryEnsemble();
	const paths = ["/b", "/a/deep/er", "/a", "/a/deep"];
	for (const path of paths) await acquire(ensemble.open(), path, taking("both"));
	const session = ensemble.open();
	await session.makeDirectories("/zookeeper/leases");
	await session.makeDirectories("/plain/child");
	const { locks, notReadable } = await scanLocks(session, "/");
	expect([locks.map(({ path }) => path), notReadable]).toEqual([paths.toSorted(), []]);
	expect((await scanLocks(session, "/a/deep")).locks.map(({ path }) => path)).toEqual(["/a/deep", "/a/deep/er"]);
	expect((await scanLocks(session, "/none")).locks).toEqual([]);
});
