import { expect, test } from "bun:test";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Session } from "../../src/locks/ports.ts";
import { Curator } from "../support/curator.ts";
import { LockScene } from "../support/lock-scene.ts";
import { shared } from "../support/servers.ts";

const KINDS = ["flat", "v2"] as const;
const curator = (kind: "flat" | "v2", place: LockScene) => Curator.start(kind, `${shared.zookeeper()}${place.chroot}`);

async function place(): Promise<LockScene> {
	const scene = await LockScene.create();
	// Curator does not make the chroot.
	await (await scene.session()).makeDirectories("/");
	return scene;
}

async function folder(): Promise<AsyncDisposable & { path: string }> {
	const path = await mkdtemp(join(tmpdir(), "tangles-curator-"));
	return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

/** Resolves once so many nodes of contenders are there, in all layers of /x. */
async function untilNodes(session: Session, count: number): Promise<void> {
	for (;;) {
		const { promise, resolve } = Promise.withResolvers<void>();
		const dirs = ["/x", "/x/locks", "/x/leases"];
		const lists = await Promise.all(dirs.map((dir) => session.children(dir, resolve)));
		if (lists.flatMap((names) => names ?? []).filter((name) => name.startsWith("_c_")).length === count) return;
		await promise;
	}
}

test.each(KINDS)("tangles and Curator %s exclude each other in both directions", async (kind) => {
	await using scene = await place();
	await using java = await curator(kind, scene);
	const ours = await scene.ticking("/x");
	expect(await java.acquire("/x", 300)).toBe(false);
	ours.kill("SIGTERM");
	expect((await ours.ended()).code).toBe(143);
	expect(await java.acquire("/x", 0)).toBe(true);
	const refused = await scene.run("locks", "exec", "/x", "--wait", "300ms", "--", "echo", "no");
	expect({ code: refused.code, out: refused.out }).toEqual({ code: 75, out: "" });
	expect(refused.err).toMatch(new RegExp(`/x is held by \\d+\\.\\d+\\.\\d+\\.\\d+ since \\S+ \\(curator ${kind}\\)`));
	await java.release("/x");
	expect((await scene.run("locks", "exec", "/x", "--", "echo", "yes")).out).toBe("yes\n");
});

test.each(KINDS)("two of Curator %s exclude each other, and tangles keeps clear of both", async (kind) => {
	await using scene = await place();
	await using first = await curator(kind, scene);
	await using second = await curator(kind, scene);
	expect(await first.acquire("/x", 0)).toBe(true);
	expect(await second.acquire("/x", 200)).toBe(false);
	await first.release("/x");
	expect(await second.acquire("/x", 5000)).toBe(true);
	expect((await scene.run("locks", "exec", "/x", "--", "true")).code).toBe(75);
	await second.release("/x");
	expect((await scene.run("locks", "exec", "/x", "--", "true")).code).toBe(0);
});

test("the two layouts of Curator do not see each other, and tangles keeps clear of both at once", async () => {
	await using scene = await place();
	await using flat = await curator("flat", scene);
	await using v2 = await curator("v2", scene);
	expect(await flat.acquire("/x", 0)).toBe(true);
	expect(await v2.acquire("/x", 0)).toBe(true);
	const { locks } = JSON.parse((await scene.run("locks", "ls", "--json")).out);
	expect(locks[0].holders.map((it: { kind: string }) => it.kind)).toEqual(["curator flat", "curator v2"]);
	await flat.release("/x");
	expect((await scene.run("locks", "exec", "/x", "--", "true")).code).toBe(75);
	await v2.release("/x");
	expect((await scene.run("locks", "exec", "/x", "--", "true")).code).toBe(0);
});

test.each(KINDS)("a number that 3 tangles and 3 of Curator %s add to, 600 times in all, is exact", async (kind) => {
	await using scene = await place();
	await using dir = await folder();
	const file = join(dir.path, "number");
	await writeFile(file, "0\n");
	const contenders = await Promise.all(Array.from({ length: 3 }, () => curator(kind, scene)));
	const ours = async () => {
		for (let round = 0; round < 100; round += 1) {
			const add = 'read n <"$0"; echo $((n + 1)) >"$0"';
			const { code, err } = await scene.run("locks", "exec", "/x", "--wait", "120s", "--", "sh", "-c", add, file);
			expect({ code, err }).toEqual({ code: 0, err: "" });
		}
	};
	await Promise.all([ours(), ours(), ours(), ...contenders.map((java) => java.count("/x", file, 100))]);
	await Promise.all(contenders.map((java) => java[Symbol.asyncDispose]()));
	expect(Number(await readFile(file, "utf8"))).toBe(600);
});

test.each(KINDS)("first come, first served, with Curator %s among us", async (kind) => {
	await using scene = await place();
	await using dir = await folder();
	await using holder = await curator(kind, scene);
	await using java = await curator(kind, scene);
	const file = join(dir.path, "order");
	const session = await scene.session();
	const ours = (name: string) =>
		scene.start("locks", "exec", "/x", "--wait", "60s", "--", "sh", "-c", 'echo "$1" >>"$0"', file, name);
	expect(await holder.acquire("/x", 0)).toBe(true);
	const first = ours("first");
	// In v2 it has flat, the mutex, and a lease that waits.
	await untilNodes(session, kind === "flat" ? 2 : 4);
	const second = java.acquire("/x", 60_000);
	await untilNodes(session, kind === "flat" ? 3 : 5);
	const third = ours("third");
	await untilNodes(session, kind === "flat" ? 4 : 6);
	await holder.release("/x");
	expect(await second).toBe(true);
	await appendFile(file, "second\n");
	await java.release("/x");
	expect([(await first.ended()).code, (await third.ended()).code]).toEqual([0, 0]);
	expect(await readFile(file, "utf8")).toBe("first\nsecond\nthird\n");
});
