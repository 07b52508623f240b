import { expect, test } from "bun:test";
import { type Attempt, Displaced, isAlone, reachAlone, reachFront } from "../../../src/locks/attempt.ts";
import { InMemoryEnsemble, type InMemorySession } from "../../../src/locks/in-memory.ts";
import { OwnNodes } from "../../../src/locks/own-nodes.ts";
import { never, settle } from "../../support/lock-memory.ts";

function attemptOf(session: InMemorySession, deadline = Number.POSITIVE_INFINITY): Attempt & { own: OwnNodes } {
	return { session, path: "/x", deadline, signal: never, own: new OwnNodes(session, "/x", never) };
}

/** The state of a promise that settles by itself. */
function watched(promise: Promise<unknown>) {
	const seen: { is: string } = { is: "waiting" };
	promise.then(
		() => {
			seen.is = "done";
		},
		(error: unknown) => {
			seen.is = error instanceof Displaced ? "displaced" : String(error);
		},
	);
	return seen;
}

async function queueOfThree() {
	const ensemble = new InMemoryEnsemble();
	const attempts = [1, 2, 3].map(() => attemptOf(ensemble.open()));
	const waits: { is: string }[] = [];
	const nodes: string[] = [];
	for (const attempt of attempts) {
		const mine = await attempt.own.enter("/x", "lock-", "");
		nodes.push(`/x/${mine.name}`);
		waits.push(watched(reachFront(attempt, mine)));
	}
	await settle();
	const states = () => waits.map(({ is }) => is);
	const remove = async (at: number) => {
		ensemble.tree.remove(nodes[at] ?? "");
		await settle();
	};
	return { states, remove, attempts };
}

test("a queue moves on one by one: only the next in line is let in", async () => {
	const { states, remove } = await queueOfThree();
	expect(states()).toEqual(["done", "waiting", "waiting"]);
	await remove(0);
	expect(states()).toEqual(["done", "done", "waiting"]);
	await remove(1);
	expect(states()).toEqual(["done", "done", "done"]);
});

test("one in the middle that goes away lets nobody in, and its own wait ends as displaced", async () => {
	const { states, remove } = await queueOfThree();
	await remove(1);
	expect(states()).toEqual(["done", "waiting", "waiting"]);
	await remove(0);
	expect(states()).toEqual(["done", "displaced", "done"]);
});

test("past the deadline the wait ends as locked, with the lock's path", async () => {
	const ensemble = new InMemoryEnsemble();
	const holder = attemptOf(ensemble.open());
	await reachFront(holder, await holder.own.enter("/x", "lock-", ""));
	const late = attemptOf(ensemble.open(), performance.now() + 20);
	const waiting = reachFront(late, await late.own.enter("/x", "lock-", ""));
	await expect(waiting).rejects.toMatchObject({ kind: "locked", message: "/x is held elsewhere" });
});

test("the signal's reason ends a wait", async () => {
	const ensemble = new InMemoryEnsemble();
	const holder = attemptOf(ensemble.open());
	await holder.own.enter("/x", "lock-", "");
	const stop = new AbortController();
	const second = { ...attemptOf(ensemble.open()), signal: stop.signal };
	const waiting = reachFront(second, await second.own.enter("/x", "lock-", ""));
	await settle();
	stop.abort(new Error("enough"));
	await expect(waiting).rejects.toThrow("enough");
});

test("a lease waits until it is alone; who has lost its mutex meanwhile steps back", async () => {
	const ensemble = new InMemoryEnsemble();
	const holder = attemptOf(ensemble.open());
	const held = await holder.own.enter("/x/leases", "lease-", "");
	expect(isAlone(held)).toBe(true);
	const second = attemptOf(ensemble.open());
	const mutex = await second.own.enter("/x/locks", "lock-", "");
	const lease = await second.own.enter("/x/leases", "lease-", "");
	expect(isAlone(lease)).toBe(false);
	const waiting = watched(reachAlone(second, lease, mutex));
	await settle();
	expect(waiting.is).toBe("waiting");
	await holder.own.drop(held);
	await settle();
	expect(waiting.is).toBe("done");

	const third = attemptOf(ensemble.open());
	const late = watched(reachAlone(third, await third.own.enter("/x/leases", "lease-", ""), mutex));
	await settle();
	await second.own.drop(mutex);
	ensemble.tree.create("/x/leases/other", "", 0n, false);
	await settle();
	expect(late.is).toBe("displaced");
});

test("a wait that is longer than a timer can be lists the queue once, not again and again", async () => {
	const ensemble = new InMemoryEnsemble();
	const holder = attemptOf(ensemble.open());
	await holder.own.enter("/x", "lock-", "");
	const second = attemptOf(ensemble.open(), performance.now() + 60 * 24 * 3_600_000);
	const mine = await second.own.enter("/x", "lock-", "");
	let reads = 0;
	const read = second.session.read.bind(second.session);
	second.session.read = (path, changed) => {
		reads += 1;
		return read(path, changed);
	};
	const waiting = reachFront(second, mine);
	// Only time can show that it does not list the queue again.
	await Bun.sleep(30);
	expect(reads).toBe(1);
	await holder.own.leave();
	await waiting;
});
