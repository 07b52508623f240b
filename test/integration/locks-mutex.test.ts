import { expect, test } from "bun:test";
import { acquire } from "../../src/locks/acquire.ts";
import type { Session } from "../../src/locks/ports.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { shared } from "../support/servers.ts";

const never = new AbortController().signal;
const layouts = ["both", "flat", "v2"] as const;

/** Sessions in one chroot of their own. */
async function sessions(count: number): Promise<Session[]> {
	const connect = `${shared.zookeeper()}/${crypto.randomUUID()}`;
	const config = { connect, sessionTimeoutMs: 6000, auth: undefined };
	return await Promise.all(Array.from({ length: count }, () => openSession(config, never)));
}

async function pair(): Promise<[Session, Session]> {
	const [first, second] = await sessions(2);
	if (first === undefined || second === undefined) throw new Error("no sessions");
	return [first, second];
}

const end = (all: Session[]) => Promise.all(all.map((session) => session.close()));

test.each(layouts)(
	"of six contenders in layout %s only one holds at a time, and nothing is left",
	async (layout) => {
		const [eye, ...all] = await sessions(7);
		let counter = 0;
		await Promise.all(
			all.map(async (session) => {
				for (let round = 0; round < 8; round += 1) {
					const lock = await acquire(session, "/a/lock", { layout, waitMs: 60_000, data: "{}", signal: never });
					const before = counter;
					await session.read("/a");
					counter = before + 1;
					await lock.release();
				}
			}),
		);
		expect(counter).toBe(48);
		await end(all);
		expect(await eye?.children("/a")).toEqual([]);
		await eye?.close();
	},
	60_000,
);

test.each(layouts)("in layout %s a contender that gives up or is aborted leaves no node", async (layout) => {
	const [holder, other] = await pair();
	const lock = await acquire(holder, "/lock", { layout, waitMs: 0, data: "{}", signal: never });
	const before = await other.children("/lock");
	const options = { layout, data: "{}" };
	await expect(acquire(other, "/lock", { ...options, waitMs: 0, signal: never })).rejects.toThrow(
		"/lock is held by {} since",
	);
	const stop = new AbortController();
	const waiting = acquire(other, "/lock", { ...options, waitMs: 60_000, signal: stop.signal });
	stop.abort(new Error("stopped by hand"));
	await expect(waiting).rejects.toThrow("stopped by hand");
	expect((await other.children("/lock"))?.filter((name) => name !== "locks").sort()).toEqual(
		(before ?? []).filter((name) => name !== "locks").sort(),
	);
	await lock.release();
	// What is empty then is cleared without being waited for, but by the end of the session.
	await end([holder]);
	expect(await other.children("/")).toEqual([]);
	await end([other]);
});

test("a holder whose node is deleted by somebody is told that the lock is lost", async () => {
	const [holder, other] = await pair();
	const lock = await acquire(holder, "/lock", { layout: "both", waitMs: 0, data: "{}", signal: never });
	const told = new Promise((resolve) => lock.lost.addEventListener("abort", resolve));
	const [lease] = (await other.children("/lock/leases")) ?? [];
	await other.remove(`/lock/leases/${lease}`);
	await told;
	expect(String(lock.lost.reason)).toContain("the lock /lock was lost: its node was deleted");
	await lock.release();
	await end([holder, other]);
});

test("a session that is closed ends what is under way, and whatever is asked of it later", async () => {
	const [session] = await pair();
	const asked = Array.from({ length: 10 }, () => session.children("/"));
	const closed = session.close();
	const later = [session.children("/"), session.remove("/x"), session.createOwn("/", "x-", "")];
	const outcomes = await Promise.allSettled([...asked, ...later]);
	expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => "rejected"));
	await closed;
	await expect(session.read("/")).rejects.toThrow("the session was closed");
});

test("a release leaves the directory of leases to whoever is in the mutex and about to make a lease there", async () => {
	const [session, other] = await pair();
	const lock = await acquire(session, "/a/lock", { layout: "both", waitMs: 0, data: "{}", signal: never });
	await other.makeDirectories("/a/lock/locks");
	await other.createOwn("/a/lock/locks", `_c_${crypto.randomUUID()}-lock-`, "10.0.0.1");
	await lock.release();
	await session.close();
	expect(await other.children("/a/lock/leases")).toEqual([]);
	await end([other]);
});
