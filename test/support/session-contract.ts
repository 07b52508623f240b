import { describe, expect, test } from "bun:test";
import type { Session } from "../../src/locks/ports.ts";

/** Opens so many sessions with one tree of their own. */
export type OpenSessions = (count: number) => Promise<readonly Session[]>;

/** What every adapter of the `Session` port does, told of one adapter. */
export function describeSession(adapter: string, open: OpenSessions): void {
	const one = async () => {
		const [session] = await open(1);
		if (session === undefined) throw new Error("no session");
		return session;
	};
	const two = async () => {
		const [first, second] = await open(2);
		if (first === undefined || second === undefined) throw new Error("no sessions");
		return [first, second] as const;
	};
	const event = () => Promise.withResolvers<void>();

	describe(adapter, () => {
		test("a sequential node needs its directory, belongs to its session and is numbered by the creates so far", async () => {
			const session = await one();
			expect(await session.createOwn("/a/b", "x-", "{}")).toBeUndefined();
			await session.makeDirectories("/a/b");
			expect(await session.createOwn("/a/b", "x-", "data")).toBe("x-0000000000");
			await session.makeDirectory("/a/b/plain");
			const name = await session.createOwn("/a/b", "y-", "");
			expect(name).toBe("y-0000000002");
			await session.remove("/a/b/x-0000000000");
			expect(await session.createOwn("/a/b", "z-", "")).toBe("z-0000000003");
			const node = await session.read(`/a/b/${name}`);
			expect([node?.owner, node?.data.length, node?.children]).toEqual([session.id, 0, 0]);
			expect((await session.read("/a/b/plain"))?.owner).toBe(0n);
			expect((await session.read("/a/b"))?.childChanges).toBe(5);
			await session.close();
		});

		test("numbers start anew where the directory is made anew, and czxid only grows", async () => {
			const session = await one();
			await session.makeDirectories("/a");
			const first = await session.createOwn("/a", "x-", "");
			const before = await session.read(`/a/${first}`);
			await session.remove(`/a/${first}`);
			expect(await session.remove("/a")).toBe("removed");
			await session.makeDirectories("/a");
			expect(await session.createOwn("/a", "x-", "")).toBe("x-0000000000");
			const after = await session.read("/a/x-0000000000");
			expect((after?.czxid ?? 0n) > (before?.czxid ?? 0n)).toBe(true);
			await session.close();
		});

		test("directories and nodes are made together, in one transaction, or not at all", async () => {
			const [first, second] = await two();
			await first.makeDirectories("/");
			const plan = [
				"/a",
				{ dir: "/a", prefix: "x-", data: "one" },
				"/a/b",
				{ dir: "/a/b", prefix: "y-", data: "two" },
			] as const;
			expect(await second.createTogether(plan.slice(2))).toBeUndefined();
			expect(await Promise.all([first.createTogether(plan), second.createTogether(plan)])).toSatisfy(
				(names) => names.filter((made) => made !== undefined).length === 1,
			);
			const [x, y] = await Promise.all([second.read("/a/x-0000000000"), second.read("/a/b/y-0000000000")]);
			expect([x?.data.toString(), y?.data.toString(), x?.czxid === y?.czxid]).toEqual(["one", "two", true]);
			expect(new Set([x?.owner, y?.owner]).size).toBe(1);
			expect((await second.children("/a"))?.toSorted()).toEqual(["b", "x-0000000000"]);
			// Its first part is possible, its last is not.
			expect(await first.createTogether(["/c", plan[1], "/a"])).toBeUndefined();
			expect([await first.read("/c"), (await first.children("/a"))?.length]).toEqual([undefined, 2]);
			await Promise.all([first.close(), second.close()]);
		});

		test("nodes are deleted together, in their order, or not at all", async () => {
			const session = await one();
			await session.makeDirectories("/a/b/c");
			expect(await session.removeTogether(["/a/b/c", "/a"])).toBe(false);
			expect(await session.removeTogether(["/a/b/c", "/none"])).toBe(false);
			expect(await session.children("/a/b")).toEqual(["c"]);
			expect(await session.removeTogether(["/a/b/c", "/a/b", "/a"])).toBe(true);
			expect(await session.read("/a")).toBeUndefined();
			await session.close();
		});

		test("reads behind a proof see what was committed before it", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a/b");
			await other.remove("/a/b");
			const [, names] = await Promise.all([eye.prove(), eye.children("/a")]);
			expect([names, eye.state]).toEqual([[], "connected"]);
			await Promise.all([eye.close(), other.close()]);
		});

		test("the leader knows whether a node is there, and asking it changes nothing", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a/b");
			const before = await other.read("/a");
			expect(await Promise.all(["/", "/a", "/a/b", "/a/c", "/c/d"].map((path) => eye.isThere(path)))).toEqual([
				...[true, true, true, false, false],
			]);
			expect(await other.read("/a")).toEqual(before);
			await other.remove("/a/b");
			expect(await eye.isThere("/a/b")).toBe(false);
			await Promise.all([eye.close(), other.close()]);
		});

		test("a delete takes one node, never what is below it", async () => {
			const session = await one();
			await session.makeDirectories("/a/b");
			const removed = await Promise.all([session.remove("/a"), session.remove("/a/b"), session.remove("/a/b")]);
			expect(removed).toEqual(["not-empty", "removed", "absent"]);
			expect([await session.children("/a"), await session.children("/a/b")]).toEqual([[], undefined]);
			expect(await session.read("/a/b")).toBeUndefined();
			await session.close();
		});

		test("requests of one turn are carried out in the order of the calls", async () => {
			const session = await one();
			const [, name, names] = await Promise.all([
				session.makeDirectory("/a"),
				session.createOwn("/a", "x-", ""),
				session.children("/a"),
			]);
			expect(names).toEqual([name ?? ""]);
			await session.close();
		});

		test("writes and reads of one turn are carried out in the order of the calls", async () => {
			const session = await one();
			await session.makeDirectories("/a");
			const names = await Promise.all([
				session.children("/a"),
				session.createOwn("/a", "x-", ""),
				session.children("/a"),
				session.remove("/a/x-0000000000"),
				session.read("/a/x-0000000000"),
			]);
			expect(names).toEqual([[], "x-0000000000", ["x-0000000000"], "removed", undefined]);
			await session.close();
		});

		test("a contender finds its own node in a list that it has asked for together with the create", async () => {
			const [first, second] = await two();
			await first.makeDirectories("/a");
			const enter = async (session: Session) => {
				const [name = "", names = []] = await Promise.all([session.createOwn("/a", "x-", ""), session.children("/a")]);
				return names.includes(name);
			};
			const found = await Promise.all([enter(first), enter(second), enter(first), enter(second)]);
			expect(found).toEqual([true, true, true, true]);
			expect((await first.children("/a"))?.toSorted().map((name) => name.slice(-10))).toEqual(
				[0, 1, 2, 3].map((number) => String(number).padStart(10, "0")),
			);
			await Promise.all([first.close(), second.close()]);
		});

		test("watches on many nodes are called for the nodes that changed, each once", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a");
			const nodes = Array.from({ length: 200 }, (_, at) => `/a/n${at}`);
			await Promise.all(nodes.map((node) => other.makeDirectory(node)));
			const called = new Map<string, number>();
			const [all, last] = [event(), event()];
			const due = nodes.filter((_, at) => at % 2 === 0);
			await Promise.all(
				nodes.map((node) =>
					eye.read(node, () => {
						called.set(node, (called.get(node) ?? 0) + 1);
						if (called.size === due.length) all.resolve();
					}),
				),
			);
			await eye.children("/a", last.resolve);
			await Promise.all(due.map((node) => other.remove(node)));
			await Promise.all([all.promise, last.promise]);
			// What follows has a watch of nobody any more.
			await other.makeDirectory(due[0] ?? "");
			await other.remove(due[0] ?? "");
			await eye.read("/a");
			expect([...called.keys()].toSorted()).toEqual(due.toSorted());
			expect(new Set(called.values())).toEqual(new Set([1]));
			await Promise.all([eye.close(), other.close()]);
		});

		test("two watches on one node are both called, and so is one of each kind", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a/b");
			const events = [event(), event(), event()];
			await eye.read("/a/b", events[0]?.resolve);
			await eye.read("/a/b", events[1]?.resolve);
			await eye.children("/a/b", events[2]?.resolve);
			await other.remove("/a/b");
			await Promise.all(events.map(({ promise }) => promise));
			await Promise.all([eye.close(), other.close()]);
		});

		test("an event reaches its session before the answer to a read that shows the change", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a/b");
			let calls = 0;
			await eye.read("/a/b", () => {
				calls += 1;
			});
			await other.remove("/a/b");
			// Only a write of our own is certain to come after theirs, on every server.
			await eye.makeDirectory("/a/c");
			expect([await eye.children("/a"), calls]).toEqual([["c"], 1]);
			await Promise.all([eye.close(), other.close()]);
		});

		test("a connected session is valid for a while, and work that was noted is waited for by its close", async () => {
			const session = await one();
			const { freezeAt, expiresAt } = session.validity();
			expect([session.state, freezeAt > performance.now(), expiresAt >= freezeAt]).toEqual(["connected", true, true]);
			let done = false;
			session.later(
				session.makeDirectories("/a").then(() => {
					done = true;
				}),
			);
			await session.close();
			await session.close();
			expect([done, session.state, session.validity().expiresAt <= performance.now()]).toEqual([true, "lost", true]);
		});

		test("making a directory that is there, or whose parent is missing, does nothing", async () => {
			const session = await one();
			await session.makeDirectory("/a/b");
			expect(await session.children("/a")).toBeUndefined();
			await session.makeDirectories("/a");
			await session.makeDirectory("/a");
			expect(await session.children("/a")).toEqual([]);
			await session.close();
		});

		test("a watch is called once for another session's change, and not where the node was missing", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a/b");
			const [children, node] = [event(), event()];
			let [calls, never] = [0, 0];
			await eye.children("/a", () => {
				calls += 1;
				children.resolve();
			});
			await eye.read("/a/b", node.resolve);
			await eye.read("/none", () => {
				never += 1;
			});
			await other.makeDirectories("/a/c");
			await other.makeDirectories("/none");
			await children.promise;
			await other.makeDirectories("/a/d");
			await other.remove("/a/b");
			await node.promise;
			await eye.read("/a");
			expect([calls, never]).toEqual([1, 0]);
			await Promise.all([eye.close(), other.close()]);
		});

		test("a children watch is called for the delete of its own node too", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a");
			const gone = event();
			await eye.children("/a", gone.resolve);
			await other.remove("/a");
			await gone.promise;
			await Promise.all([eye.close(), other.close()]);
		});

		test("the end of a session takes its nodes, tells the watchers, and fails what is asked later", async () => {
			const [eye, other] = await two();
			await other.makeDirectories("/a");
			const name = await other.createOwn("/a", "x-", "");
			const gone = event();
			await eye.read(`/a/${name}`, gone.resolve);
			await other.close();
			await gone.promise;
			expect([other.state, other.lost.aborted]).toEqual(["lost", true]);
			await expect(other.children("/a")).rejects.toThrow("lost the session");
			expect(await eye.children("/a")).toEqual([]);
			await eye.close();
		});

		test("reads in bulk give what single reads give", async () => {
			const session = await one();
			await session.makeDirectories("/a/b");
			const { bulk } = session;
			expect(await Promise.all([bulk.children("/a"), bulk.children("/none")])).toEqual([["b"], undefined]);
			const [alone, together] = await Promise.all([session.read("/a"), bulk.read("/a")]);
			expect(together).toEqual(alone);
			expect(await bulk.read("/none")).toBeUndefined();
			expect(await Promise.all([session.facts("/a"), bulk.facts("/a")])).toMatchObject([
				{ children: 1 },
				{ children: 1 },
			]);
			expect(await bulk.facts("/none")).toBeUndefined();
			await session.close();
		});
	});
}
