import { expect, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { inspectLock, sayHolders, waitersOf } from "../../../src/locks/inspect-lock.ts";
import type { Reads } from "../../../src/locks/ports.ts";
import { queueOf } from "../../../src/locks/queue.ts";
import { Contenders, contendersOf, curatorNode, taking, until } from "../../support/lock-memory.ts";

const FLAT = "_c_00000000-0000-0000-0000-000000000000-lock-0000000000";
const LEASE = "_c_00000000-0000-0000-0000-000000000001-lease-0000000000";
const refuse = () => Promise.reject(new Fault("refused", "no right to"));

/** A server that says nothing at all about a node that may not be read, as newer ones do. */
const silent: Reads = {
	children: async (path) => (path === "/x" ? [FLAT, "leases"] : path === "/x/leases" ? [LEASE] : undefined),
	read: refuse,
	facts: refuse,
};

test("holders of whom the server says nothing are two, since their sessions are not known to be one", async () => {
	const view = await inspectLock(silent, "/x");
	expect(view?.holders.map(({ node, kind, since, token, session }) => [node, kind, since, token, session])).toEqual([
		[`/x/${FLAT}`, "not readable", "-", "-", "-"],
		[`/x/leases/${LEASE}`, "not readable", "-", "-", "-"],
	]);
	expect(view === undefined ? "" : sayHolders(view)).toBe(
		`is held by somebody (/x/${FLAT}: not readable) and by somebody (/x/leases/${LEASE}: not readable)`,
	);
});

test("a node that is gone before its facts are asked is no holder", async () => {
	const view = await inspectLock({ ...silent, facts: async () => undefined }, "/x");
	expect(view?.holders).toEqual([]);
});

test("only a refusal is passed over: a lost session is still an error", async () => {
	const lost = () => Promise.reject(new Fault("unreachable", "lost the session"));
	await expect(inspectLock({ ...silent, facts: lost }, "/x")).rejects.toThrow("lost the session");
});

async function view(ensemble: InMemoryEnsemble, path = "/x") {
	const found = await inspectLock(ensemble.open(), path);
	if (found === undefined) throw new Error("no lock");
	return { ...found, kinds: found.holders.map(({ kind, layer }) => `${layer} ${kind}`) };
}

test.each([
	["both", ["lease tangles"]],
	["flat", ["flat tangles"]],
	["v2", ["lease tangles"]],
] as const)("a lock taken as %s has one holder, whose session, token and data are shown", async (layout, kinds) => {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	const lock = await acquire(session, "/x", taking(layout, 0, "report"));
	const seen = await view(ensemble);
	expect([seen.kinds, seen.waiting]).toEqual([[...kinds], 0]);
	expect(seen.holders[0]).toMatchObject({
		...{ token: lock.token, session: session.id.toString(16), holder: "h1:1 anna" },
		made_by: { command: "report", layout },
	});
	expect(sayHolders(seen)).toMatch(/^is held by h1:1 anna since \S+Z \(tangles\)$/);
});

test("a Curator of each layout holds at the same time: both are shown", async () => {
	const ensemble = new InMemoryEnsemble();
	await curatorNode(ensemble.open(), "/x", "lock-");
	await curatorNode(ensemble.open(), "/x/leases", "lease-");
	const seen = await view(ensemble);
	expect([seen.kinds, seen.waiting]).toEqual([["flat curator flat", "lease curator v2"], 0]);
	expect(sayHolders(seen)).toMatch(/^is held by 10\.0\.0\.7 since \S+ \(curator flat\) and by 10\.0\.0\.7 since/);
});

test("one of ours that is first in the flat queue and not yet in v2 waits for the Curator that holds the lease", async () => {
	const ensemble = new InMemoryEnsemble();
	await curatorNode(ensemble.open(), "/x/leases", "lease-");
	await using contenders = new Contenders(ensemble);
	contenders.add("both");
	await until(() => contendersOf(ensemble, "/x/leases").length === 2);
	const seen = await view(ensemble);
	expect([seen.kinds, seen.waiting]).toEqual([["lease curator v2"], 1]);
	const waiting = await waitersOf(ensemble.open(), "/x", 10);
	expect(waiting.map(({ made_by }) => made_by?.layout)).toEqual(["both"]);
});

test("a node that no session owns is a leftover where it has a lock's name, and foreign where it has not", async () => {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	await session.makeDirectories("/x");
	await session.makeDirectory("/x/_c_00000000-0000-0000-0000-000000000000-lock-0000000000");
	await session.makeDirectories("/y/leases");
	await session.makeDirectory("/y/leases/own");
	expect((await view(ensemble)).kinds).toEqual(["flat leftover"]);
	expect((await view(ensemble, "/y")).kinds).toEqual(["lease foreign"]);
});

test("a lock that nobody holds has no holder; what has no lock's children is none", async () => {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	await session.makeDirectories("/x/leases");
	await session.makeDirectories("/plain/child");
	expect(await inspectLock(session, "/x")).toEqual({ path: "/x", holders: [], waiting: 0 });
	expect([await inspectLock(session, "/plain"), await inspectLock(session, "/none")]).toEqual([undefined, undefined]);
	expect([await queueOf(session, "/x"), await queueOf(session, "/plain")]).toEqual([[], undefined]);
});
