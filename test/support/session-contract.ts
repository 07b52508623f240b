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
