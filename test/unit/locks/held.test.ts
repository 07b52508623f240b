import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import type { Held } from "../../../src/locks/held.ts";
import { InMemoryEnsemble, type InMemorySession } from "../../../src/locks/in-memory.ts";
import { Interleaving } from "../../support/interleaving.ts";
import { contendersOf, settle, taking } from "../../support/lock-memory.ts";

async function held(layout: "both" | "flat" | "v2" = "v2") {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	const lock = await acquire(session, "/x", taking(layout));
	const states: Held["state"][] = [];
	lock.onValidity(() => states.push(lock.state));
	return { ensemble, session, lock, states };
}

test("suspended with the session, held again once the nodes were read", async () => {
	const { session, lock, states } = await held();
	session.suspend();
	expect([lock.state, lock.validity().freezeAt <= performance.now()]).toEqual(["suspended", true]);
	const ensured = lock.ensureHeld();
	session.resume();
	expect(lock.state).toBe("suspended");
	await ensured;
	expect([lock.state, lock.validity().freezeAt > performance.now()]).toEqual(["held", true]);
	expect(states.at(-1)).toBe("held");
});

test("a node that was deleted while the session was suspended is the loss of the lock", async () => {
	const { ensemble, session, lock } = await held();
	session.suspend();
	ensemble.tree.remove(`/x/leases/${contendersOf(ensemble, "/x/leases")[0]}`);
	const ensured = lock.ensureHeld();
	session.resume();
	await expect(ensured).rejects.toMatchObject({ kind: "lost", message: "the lock /x was lost: its node was deleted" });
	expect([lock.state, lock.lost.aborted]).toEqual(["lost", true]);
});

test.each(["flat", "v2", "both"] as const)(
	"%s: the delete of any of its nodes is the loss of the lock",
	async (layout) => {
		for (const dir of ["/x", "/x/leases"]) {
			const { ensemble, lock } = await held(layout);
			const [node] = contendersOf(ensemble, dir);
			if (node === undefined) continue;
			ensemble.tree.remove(`${dir}/${node}`);
			await settle();
			expect([dir, lock.state, String(lock.lost.reason)]).toEqual([
				dir,
				"lost",
				"Fault: the lock /x was lost: its node was deleted",
			]);
		}
	},
);

test("a node of the same name that belongs to another session is the loss of the lock", async () => {
	const { ensemble, session, lock } = await held();
	session.suspend();
	const path = `/x/leases/${contendersOf(ensemble, "/x/leases")[0]}`;
	ensemble.tree.remove(path);
	ensemble.tree.create(path, "", 99n, false);
	session.resume();
	await expect(lock.ensureHeld()).rejects.toThrow("the lock /x was lost: its node belongs to another session");
});

/** Suspends and resumes the session after so many more answers to reads. */
function doubtAfterReads(session: InMemorySession, count: number): void {
	const read = session.read.bind(session);
	let left = count;
	session.read = async (path, changed) => {
		const node = await read(path, changed);
		left -= 1;
		if (left === 0) {
			session.suspend();
			session.resume();
		}
		return node;
	};
}

test("doubt that comes up while the nodes are read makes them read again before the lock is held", async () => {
	const { session, lock } = await held();
	let reads = 0;
	doubtAfterReads(session, 1);
	const read = session.read;
	session.read = (path, changed) => {
		reads += 1;
		return read(path, changed);
	};
	session.suspend();
	session.resume();
	await lock.ensureHeld();
	expect([lock.state, reads]).toEqual(["held", 2]);
});

test("the session's end is the loss, with its reason as the cause; a released lock hears no more of it", async () => {
	const first = await held();
	first.session.expire();
	expect([first.lock.state, first.lock.lost.reason]).toMatchObject(["lost", { kind: "lost" }]);
	expect(first.lock.lost.reason.cause).toBe(first.session.lost.reason);
	const second = await held();
	await second.lock.release();
	const before = second.states.length;
	second.session.suspend();
	expect(second.states.length).toBe(before);
});

test("ensureHeld ends with its signal's reason while the lock is suspended", async () => {
	const { session, lock } = await held();
	session.suspend();
	const stop = new AbortController();
	const ensured = lock.ensureHeld(stop.signal);
	stop.abort(new Error("enough"));
	await expect(ensured).rejects.toThrow("enough");
});

test("at any interleaving, a lock that says held has its node, and one whose node is gone ends as lost", async () => {
	for (let seed = 1; seed <= 100; seed += 1) {
		const steps = new Interleaving(seed);
		const ensemble = new InMemoryEnsemble(steps.schedule);
		const session = ensemble.open();
		let lock: Held | undefined;
		void acquire(session, "/x", taking("v2")).then((acquired) => {
			lock = acquired;
		});
		await steps.run(() => lock !== undefined);
		let deletedAt = -1;
		for (let turn = 0; turn < 60; turn += 1) {
			const chance = steps.random();
			const [node] = contendersOf(ensemble, "/x/leases");
			if (chance < 0.1) session.suspend();
			else if (chance < 0.3) session.resume();
			else if (chance < 0.33 && node !== undefined) {
				ensemble.tree.remove(`/x/leases/${node}`);
				deletedAt = turn;
			}
			// A held lock may not know yet that its node went a moment ago: the event is on its way, one step of this
			// session.
			let taken = false;
			steps.schedule(session.id, () => {
				taken = true;
			});
			await steps.run(() => taken);
			await settle();
			const there = contendersOf(ensemble, "/x/leases").length === 1;
			if (deletedAt < turn) expect([seed, turn, lock?.state === "held" && !there]).toEqual([seed, turn, false]);
		}
		session.resume();
		let rested = false;
		setTimeout(() => {
			rested = true;
		}, 0);
		await steps.run(
			() => rested,
			() => {},
			() => steps.schedule(0n, () => {}),
		);
		await settle();
		if (deletedAt >= 0) expect([seed, lock?.state]).toEqual([seed, "lost"]);
	}
});
