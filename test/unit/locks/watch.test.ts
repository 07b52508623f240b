import { expect, test } from "bun:test";
import type { NodeRead, Session } from "../../../src/locks/ports.ts";
import { type LockEvent, LockWatch } from "../../../src/locks/watch.ts";

const NODE = "_c_00000000-0000-0000-0000-000000000000-lock-0000000000";
const READ: NodeRead = {
	data: Buffer.from("10.0.0.1"),
	czxid: 7n,
	owner: 1n,
	createdMs: 0,
	children: 0,
	childChanges: 0,
};

/** A session over a tree in which the lock /a/x is held; `listing` is awaited before the answer to a list of /a. */
function sessionOver(tree: Map<string, string[]>, listing: () => Promise<void>) {
	const lost = new AbortController();
	const session = {
		lost: lost.signal,
		children: async (path: string) => {
			if (path === "/a") await listing();
			return tree.get(path);
		},
		read: async (path: string) => {
			const at = path.lastIndexOf("/");
			return tree.get(path.slice(0, at))?.includes(path.slice(at + 1)) ? READ : undefined;
		},
	} satisfies Partial<Session>;
	return { session: session as unknown as Session, lose: () => lost.abort(new Error("lost")) };
}

test("a lock that is released while a new session begins to listen is told as released", async () => {
	const tree = new Map([
		["/", ["a"]],
		["/a", ["x"]],
		["/a/x", [NODE]],
	]);
	const told = { held: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
	const watch = new LockWatch("/", ({ event }: LockEvent) => {
		if (event === "held" || event === "released") told[event].resolve();
	});
	const never = new AbortController().signal;
	const first = sessionOver(tree, async () => {});
	const following = watch.follow(first.session, never);
	await told.held.promise;
	first.lose();
	await expect(following).rejects.toThrow("lost");
	const second = sessionOver(tree, async () => {
		// All that was asked before is answered by then; after it the lock is gone, with its directory.
		await new Promise<void>((resolve) => setImmediate(resolve));
		tree.delete("/a/x");
		tree.set("/a", []);
	});
	const again = watch.follow(second.session, never);
	await told.released.promise;
	second.lose();
	await expect(again).rejects.toThrow("lost");
});
