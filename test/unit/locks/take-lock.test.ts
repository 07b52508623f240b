import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble, type InMemorySession } from "../../../src/locks/in-memory.ts";
import { takeLock } from "../../../src/locks/take-lock.ts";
import { contendersOf, taking, until } from "../../support/lock-memory.ts";

function scene() {
	const ensemble = new InMemoryEnsemble();
	const sessions: InMemorySession[] = [];
	const open = async () => {
		const session = ensemble.open();
		sessions.push(session);
		return session;
	};
	return { ensemble, sessions, open };
}

test("a lock has a session of its own, which ends after the release", async () => {
	const { ensemble, sessions, open } = scene();
	const taken = await takeLock(open, "/x", taking("both", 0));
	expect([taken.lock.state, taken.session === sessions[0]]).toEqual(["held", true]);
	await taken.end();
	expect([taken.session.state, ensemble.tree.paths()]).toEqual(["lost", []]);
});

test("a waiter whose session is lost waits on in a new one, behind who came meanwhile", async () => {
	const { ensemble, sessions, open } = scene();
	const holder = await acquire(ensemble.open(), "/x", taking("flat"));
	const waiting = takeLock(open, "/x", taking("flat"));
	await until(() => contendersOf(ensemble, "/x").length === 2);
	const other = acquire(ensemble.open(), "/x", taking("flat"));
	await until(() => contendersOf(ensemble, "/x").length === 3);
	sessions[0]?.expire();
	await until(() => sessions.length === 2 && contendersOf(ensemble, "/x").length === 3);
	await holder.release();
	await (await other).release();
	const taken = await waiting;
	expect([taken.session === sessions[1], taken.lock.state]).toEqual([true, "held"]);
});

test("past the wait it names the holder and how long it waited, and leaves no node and no session", async () => {
	const { ensemble, sessions, open } = scene();
	await acquire(ensemble.open(), "/x", taking("both", 0, "report"));
	const before = ensemble.tree.paths();
	await expect(takeLock(open, "/x", taking("both", 60))).rejects.toMatchObject({
		kind: "locked",
		message: expect.stringMatching(/^\/x is held by h1:1 anna since \S+ \(tangles\), waited 0\.1 s$/),
	});
	expect([ensemble.tree.paths(), sessions.map(({ state }) => state)]).toEqual([before, ["lost"]]);
});
