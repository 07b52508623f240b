import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import type { Held } from "../../../src/locks/held.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { contendersOf, settle, taking } from "../../support/lock-memory.ts";

const LAYOUTS = ["both", "flat", "v2"] as const;
const DIRECTORIES = { both: ["/x", "/x/leases"], flat: ["/x"], v2: ["/x/leases"] } as const;

/** A session whose proofs are answered by the test, and the order in which it proves and reads. */
function proving() {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const order: string[] = [];
	const read = session.read.bind(session);
	session.prove = () => {
		order.push("proof");
		return promise;
	};
	session.read = (path, changed) => {
		order.push("read");
		return read(path, changed);
	};
	return { ensemble, session, order, resolve, reject };
}

test.each(LAYOUTS)(
	"%s: a lock that nobody uses is made in one transaction, and held without a proof more",
	async (layout) => {
		const { ensemble, session, order } = proving();
		const lock = await acquire(session, "/x", taking(layout));
		const nodes = DIRECTORIES[layout].flatMap((dir) => contendersOf(ensemble, dir).map((name) => `${dir}/${name}`));
		expect(nodes).toHaveLength(layout === "both" ? 2 : 1);
		const numbers = new Set(nodes.map((node) => ensemble.tree.read(node)?.czxid));
		expect([...numbers].map(String)).toEqual([lock.token]);
		expect(order).toEqual(nodes.map(() => "read"));
		await lock.release();
		await settle();
		expect(ensemble.tree.paths()).toEqual([]);
	},
);

test.each(LAYOUTS)("%s: who is first by a list is no holder until the session is proven behind it", async (layout) => {
	const { ensemble, session, order, resolve } = proving();
	await session.makeDirectories("/x");
	let lock: Held | undefined;
	const acquired = acquire(session, "/x", taking(layout)).then((held) => {
		lock = held;
	});
	await settle();
	expect([lock, DIRECTORIES[layout].map((dir) => contendersOf(ensemble, dir).length)]).toEqual([
		undefined,
		DIRECTORIES[layout].map(() => 1),
	]);
	// Reads behind the proof: one of each node.
	expect(order.slice(order.lastIndexOf("proof"))).toEqual(["proof", ...DIRECTORIES[layout].map(() => "read")]);
	resolve();
	await acquired;
	expect(lock?.state).toBe("held");
});

test("the session was over when its nodes were seen in front: no holder, and the loss is told", async () => {
	const { session, reject } = proving();
	await session.makeDirectories("/x");
	const acquired = acquire(session, "/x", taking("both"));
	await settle();
	// The leader has ended the session; the server that was asked does not know yet.
	session.expire();
	reject(session.lost.reason);
	await expect(acquired).rejects.toThrow("lost the session");
});
