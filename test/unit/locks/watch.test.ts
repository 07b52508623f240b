import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import type { NodeRead, Session } from "../../../src/locks/ports.ts";
import { type LockEvent, LockWatch } from "../../../src/locks/watch.ts";
import { never, settle, taking } from "../../support/lock-memory.ts";

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

/** A watch of `root` in one session after another, and what it has told, as `event path`. */
function watching(ensemble: InMemoryEnsemble, root = "/") {
	const told: string[] = [];
	const watch = new LockWatch(root, (event) => {
		told.push(`${event.event} ${event.path}${event.event === "waiting" ? ` ${event.waiting}` : ""}`);
	});
	const follow = () => {
		const session = ensemble.open();
		const end = watch.follow(session, never).catch((error: Error) => error.message);
		return { session, end };
	};
	return { told: () => told.splice(0), follow };
}

test("holders that are there, come, wait and go are told, each once", async () => {
	const ensemble = new InMemoryEnsemble();
	const first = await acquire(ensemble.open(), "/a/x", taking("both"));
	const { told, follow } = watching(ensemble);
	const { session, end } = follow();
	await settle();
	expect(told()).toEqual(["held /a/x"]);
	const second = acquire(ensemble.open(), "/a/x", taking("both"));
	await settle();
	expect(told()).toEqual(["waiting /a/x 1"]);
	await first.release();
	const next = await second;
	await settle();
	const changes = told();
	expect(changes.filter((line) => !line.startsWith("waiting"))).toEqual(["released /a/x", "acquired /a/x"]);
	expect(changes.filter((line) => line.startsWith("waiting")).at(-1)).toBe("waiting /a/x 0");
	await next.release();
	await acquire(ensemble.open(), "/b", taking("v2"));
	await settle();
	expect(told()).toEqual(["released /a/x", "acquired /b"]);
	session.expire();
	expect(await end).toContain("lost the session");
});

test("what has changed between two sessions is told in the second; what has not is not told again", async () => {
	const ensemble = new InMemoryEnsemble();
	const gone = await acquire(ensemble.open(), "/a/gone", taking("flat"));
	await acquire(ensemble.open(), "/a/stays", taking("both"));
	const { told, follow } = watching(ensemble);
	const first = follow();
	await settle();
	expect(told().toSorted()).toEqual(["held /a/gone", "held /a/stays"]);
	first.session.expire();
	await first.end;
	await gone.release();
	await acquire(ensemble.open(), "/a/new", taking("both"));
	follow();
	await settle();
	expect(told().toSorted()).toEqual(["acquired /a/new", "released /a/gone"]);
});

test("only locks at and below the root are told, also where the root comes later", async () => {
	const ensemble = new InMemoryEnsemble();
	const { told, follow } = watching(ensemble, "/a/b");
	follow();
	await settle();
	await acquire(ensemble.open(), "/a", taking("both"));
	await acquire(ensemble.open(), "/a/b/c", taking("both"));
	await acquire(ensemble.open(), "/a/bc", taking("both"));
	await settle();
	expect(told()).toEqual(["acquired /a/b/c"]);
});
