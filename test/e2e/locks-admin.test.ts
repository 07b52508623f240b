import { expect, test } from "bun:test";
import { acquire } from "../../src/locks/acquire.ts";
import type { NodeView } from "../../src/locks/inspect-lock.ts";
import { LockScene } from "../support/lock-scene.ts";

const never = new AbortController().signal;
const node = (kind: "lock" | "lease") => `_c_${crypto.randomUUID()}-${kind}-`;

/** A place with a lock of each kind. */
async function gallery() {
	const place = await LockScene.create();
	const session = await place.session();
	for (const dir of ["/flat", "/v2/leases", "/foreign/leases/anything", "/old/x-lock-0000000000", "/free/leases"]) {
		await session.makeDirectories(dir);
	}
	await session.createOwn("/flat", node("lock"), "10.0.0.1");
	await session.createOwn("/flat", node("lock"), "10.0.0.2");
	await session.createOwn("/v2/leases", node("lease"), "10.0.0.3");
	const holder = await place.ticking("/deep/below/ours");
	return { place, holder, session };
}

interface Listed {
	readonly locks: readonly { readonly path: string; readonly waiting: number; readonly holders: readonly NodeView[] }[];
}

test("ls: every kind of holder, in text and as JSON; lock-inspect is the same; only below a path", async () => {
	const { place, holder } = await gallery();
	await using _ = place;
	const { out, code } = await place.run("locks", "ls", "--json");
	const { locks } = JSON.parse(out) as Listed;
	expect(code).toBe(0);
	const seen = locks.map(({ path, waiting, holders }) => [
		path,
		waiting,
		...holders.map(({ kind, holder }) => [kind, holder]),
	]);
	expect(seen).toEqual([
		["/deep/below/ours", 0, ["tangles", expect.stringContaining(`:${holder.pid} `)]],
		["/flat", 1, ["curator flat", "10.0.0.1"]],
		["/foreign", 0, ["foreign", "-"]],
		["/free", 0],
		["/old", 0, ["leftover", "-"]],
		["/v2", 0, ["curator v2", "10.0.0.3"]],
	]);
	const text = await place.run("lock-inspect");
	expect(text.out.split("\n").map((line) => line.split(/ {2,}/).at(-1))).toEqual([
		...["kind", "tangles", "curator flat", "foreign", "free", "leftover", "curator v2", ""],
	]);
	expect(JSON.parse((await place.run("locks", "ls", "/deep", "--json")).out).locks.length).toBe(1);
	expect(await place.run("locks", "ls", "/nowhere")).toEqual({ code: 0, out: "", err: "" });
	holder.kill("SIGTERM");
	await holder.ended();
});

test("show: the queue in order, with each node's data", async () => {
	const { place, holder } = await gallery();
	await using _ = place;
	const { nodes } = JSON.parse((await place.run("locks", "show", "/flat", "--json")).out);
	expect(nodes).toMatchObject([
		{
			layer: "flat",
			place: 1,
			holder: "10.0.0.1",
			kind: "curator flat",
			session: expect.stringMatching(/^[0-9a-f]+$/),
		},
		{ layer: "flat", place: 2, holder: "10.0.0.2", kind: "curator flat" },
	]);
	const ours = JSON.parse((await place.run("locks", "show", "/deep/below/ours", "--json")).out).nodes;
	expect(ours.map((it: { layer: string }) => it.layer)).toEqual(["flat", "lease"]);
	expect(ours[1].made_by).toMatchObject({ pid: holder.pid, command: "locks exec", version: expect.any(String) });
	expect((await place.run("locks", "show", "/flat")).out).toContain("10.0.0.2");
	const none = await place.run("locks", "show", "/nowhere");
	expect(none.code).toBe(1);
	expect(none.err).toContain("there is no lock at /nowhere");
	holder.kill("SIGTERM");
	await holder.ended();
});

test("wait: 0 as soon as it is free, 75 with the holder when the time is up", async () => {
	await using place = await LockScene.create();
	expect((await place.run("locks", "wait", "/x")).code).toBe(0);
	const lock = await place.take("/x");
	const late = await place.run("locks", "wait", "/x", "--timeout", "200ms");
	expect({ code: late.code, err: late.err }).toMatchObject({
		code: 75,
		err: expect.stringContaining("/x is held by "),
	});
	const waiting = place.start("locks", "wait", "/x", "--json");
	await lock.release();
	const { code, out } = await waiting.ended();
	expect({ code, free: JSON.parse(out).free }).toEqual({ code: 0, free: true });
});

test("watch: what is held, then each change, through the loss of a session", async () => {
	await using place = await LockScene.create();
	const first = await place.take("/a/x");
	const watch = place.start("locks", "watch", "/a", "--json");
	expect(JSON.parse(await watch.line("held"))).toMatchObject({
		event: "held",
		path: "/a/x",
		holder: { token: first.token },
	});
	const second = place.take("/a/x");
	expect(JSON.parse(await watch.line("waiting"))).toMatchObject({ path: "/a/x", waiting: 1 });
	await first.release();
	await watch.line("released");
	await watch.line("acquired");
	await place.proxy.expire();
	await watch.talk("watching on in a new one");
	await (await second).release();
	await watch.line("released");
	const other = await place.take("/a/new");
	expect(JSON.parse(await watch.line("acquired"))).toMatchObject({ path: "/a/new", holder: { token: other.token } });
	watch.kill("SIGINT");
	expect((await watch.ended()).code).toBe(130);
});

test("break: a wrong token is refused, off a terminal --yes is needed, the right one stops a tangles within a second", async () => {
	await using place = await LockScene.create();
	const holder = await place.ticking("/x");
	const [{ holders }] = (JSON.parse((await place.run("locks", "ls", "--json")).out) as Listed).locks as [
		Listed["locks"][0],
	];
	const token = holders[0]?.token ?? "";
	const wrong = await place.run("locks", "break", "/x", "--token", "1", "--yes");
	expect({ code: wrong.code, err: wrong.err }).toMatchObject({
		code: 75,
		err: expect.stringContaining("not with token 1; nothing was deleted"),
	});
	const unasked = await place.run("locks", "break", "/x", "--token", token);
	expect({ code: unasked.code, err: unasked.err }).toMatchObject({
		code: 64,
		err: expect.stringContaining("stdin is no terminal on which to ask; nothing was done"),
	});
	expect((await place.run("locks", "break", "/x", "--token", token, "--dry-run")).out).toContain(
		"would delete /x/leases/_c_",
	);
	await expect(place.take("/x", 0)).rejects.toThrow("is held by");
	const began = performance.now();
	const broken = await place.run("locks", "break", "/x", "--token", token, "--yes");
	expect({ code: broken.code, err: broken.err }).toMatchObject({
		code: 0,
		err: expect.stringContaining(`/x is held by`),
	});
	const ended = await holder.ended();
	expect(ended.code).toBe(79);
	// By its watch: nothing else would tell it of the deleted node.
	expect(performance.now() - began).toBeLessThan(5000);
	expect((await place.run("locks", "break", "/x", "--token", token, "--yes")).err).toContain(
		"nobody holds /x; nothing was deleted",
	);
	await place.untilGone("/");
});

test("break: that node only, not the next in the queue", async () => {
	const { place, holder, session } = await gallery();
	await using _ = place;
	const { nodes } = JSON.parse((await place.run("locks", "show", "/flat", "--json")).out);
	expect((await place.run("locks", "break", "/flat", "--token", nodes[0].token, "--yes")).code).toBe(0);
	expect(await session.children("/flat")).toEqual([nodes[1].node.slice("/flat/".length)]);
	holder.kill("SIGTERM");
	await holder.ended();
});

test("prune: empty directories of locks go, what is held or somebody else's stays", async () => {
	const { place, holder, session } = await gallery();
	await using _ = place;
	await session.makeDirectories("/free/nested/locks");
	await session.makeDirectories("/app/config");
	const would = await place.run("locks", "prune", "--dry-run");
	expect(would.out.trim().split("\n").sort()).toEqual(["/free", "/free/leases", "/free/nested", "/free/nested/locks"]);
	expect((await place.run("locks", "prune")).code).toBe(64);
	expect((await place.run("locks", "prune", "--yes")).code).toBe(0);
	expect((await session.children("/"))?.sort()).toEqual(["app", "deep", "flat", "foreign", "old", "v2"]);
	expect(await session.children("/app")).toEqual(["config"]);
	// What clients of the flat layout leave, only where it is named.
	await session.makeDirectories("/java/B1-RT1");
	const left = await session.createOwn("/java/B1-RT1", node("lock"), "10.0.0.1");
	await session.remove(`/java/B1-RT1/${left}`);
	expect((await place.run("locks", "prune", "--dry-run")).out).toBe("");
	expect((await place.run("locks", "prune", "/java", "--yes")).out).toBe("/java/B1-RT1\n/java\n");
	expect((await place.run("locks", "prune", "/nowhere", "--yes")).err).toContain("there is no lock at /nowhere");
	holder.kill("SIGTERM");
	await holder.ended();
});

test("prune beside 50 racing contenders: none fails", async () => {
	await using place = await LockScene.create();
	const sessions = await Promise.all(Array.from({ length: 50 }, () => place.session(30_000)));
	let racing = true;
	const pruning = (async () => {
		let runs = 0;
		for (; racing; runs += 1) expect((await place.run("locks", "prune", "--yes")).code).toBe(0);
		return runs;
	})();
	await Promise.all(
		sessions.map(async (session, at) => {
			for (let round = 0; round < 12; round += 1) {
				const path = `/race/${(at + round) % 5}`;
				const lock = await acquire(session, path, { layout: "both", waitMs: 120_000, data: "{}", signal: never });
				expect(lock.lost.aborted).toBe(false);
				await lock.release();
			}
		}),
	);
	racing = false;
	expect(await pruning).toBeGreaterThan(3);
});
