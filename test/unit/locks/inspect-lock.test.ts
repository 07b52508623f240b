import { expect, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import { inspectLock, sayHolders } from "../../../src/locks/inspect-lock.ts";
import type { Reads } from "../../../src/locks/ports.ts";

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
