import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { untilFree } from "../../../src/locks/until-free.ts";
import { curatorNode, holderOf, never, settle, taking } from "../../support/lock-memory.ts";

const NEVER_LATE = Number.POSITIVE_INFINITY;

test("a lock that is not there, or that nobody holds, is free at once", async () => {
	const session = new InMemoryEnsemble().open();
	await untilFree(session, "/none", performance.now(), never);
	await session.makeDirectories("/x/leases");
	await untilFree(session, "/x", performance.now(), never);
});

test.each(["both", "flat", "v2"] as const)(
	"%s: it waits for the release, and for those that come between",
	async (layout) => {
		const ensemble = new InMemoryEnsemble();
		const first = await acquire(ensemble.open(), "/x", taking(layout));
		const next = acquire(ensemble.open(), "/x", taking(layout));
		let free = false;
		const waiting = untilFree(ensemble.open(), "/x", NEVER_LATE, never).then(() => {
			free = true;
		});
		await settle();
		await first.release();
		const second = await next;
		await settle();
		expect(free).toBe(false);
		await second.release();
		await waiting;
		expect(free).toBe(true);
	},
);

test("past the deadline it names the holder", async () => {
	const ensemble = new InMemoryEnsemble();
	await curatorNode(ensemble.open(), "/x/leases", "lease-");
	const waiting = untilFree(ensemble.open(), "/x", performance.now() + 10, never);
	await expect(waiting).rejects.toMatchObject({
		kind: "locked",
		message: expect.stringMatching(/^\/x is held by 10\.0\.0\.7 since \S+ \(curator v2\)$/),
	});
});

test("one of ours that is first in the flat queue and on its way through v2 is waited for: about to hold", async () => {
	const session = new InMemoryEnsemble().open();
	await session.makeDirectories("/x");
	await session.createOwn("/x", `_c_${crypto.randomUUID()}-lock-`, holderOf("on its way", "both"));
	const waiting = untilFree(session, "/x", performance.now(), never);
	await expect(waiting).rejects.toMatchObject({ kind: "locked", message: "/x is about to be held" });
});

test("the signal's reason and the session's loss end the wait; a path that cannot be is refused", async () => {
	const ensemble = new InMemoryEnsemble();
	await acquire(ensemble.open(), "/x", taking("both"));
	const stop = new AbortController();
	const stopped = untilFree(ensemble.open(), "/x", NEVER_LATE, stop.signal);
	const session = ensemble.open();
	const cut = untilFree(session, "/x", NEVER_LATE, never);
	await settle();
	const ends = Promise.allSettled([stopped, cut]);
	stop.abort(new Error("enough"));
	session.expire();
	expect((await ends).map((end) => end.status === "rejected" && end.reason.message)).toEqual([
		"enough",
		"lost the session with ZooKeeper memory: the session has expired",
	]);
	await expect(untilFree(session, "x", NEVER_LATE, never)).rejects.toMatchObject({ kind: "usage" });
});
