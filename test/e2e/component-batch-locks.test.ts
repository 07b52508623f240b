import { describe, expect, test } from "bun:test";
import { Secret } from "../../src/base/secret.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { shared } from "../support/servers.ts";

const COMPONENTS = { Sample: { ...SAMPLE, "queue-length": 10, "max-threads": 4 } };

/** Four archived batches, of the first of which `parts` below the lock's directory belong to somebody else's login. */
async function withForeign(parts: readonly string[]) {
	const scene = await ComponentScene.create({ components: COMPONENTS });
	const ids = await scene.archived(4);
	const [bad = ""] = ids;
	const ours = await scene.locks.session();
	const theirs = await openSession(
		{
			connect: `${shared.zookeeper()}${scene.locks.chroot}`,
			sessionTimeoutMs: 6000,
			auth: new Secret("they:secret"),
		},
		new AbortController().signal,
	);
	const path = `/Sample/${bad}`;
	await ours.makeDirectories(parts.length === 0 ? "/Sample" : path);
	await theirs.makeDirectories([path, ...parts].join("/"));
	await theirs.close();
	return { scene, ours, bad, good: ids.slice(1), path };
}

describe("a batch whose lock cannot be had is passed over, named and counted, 77; the others are done", () => {
	test.each<[string, readonly string[]]>([
		["the lock's directory is somebody else's", []],
		["its leases are", ["leases"]],
		["the directory of its mutex alone is, and nobody else is about", ["locks"]],
	])("%s", async (_, parts) => {
		const { scene: made, ours, bad, good, path } = await withForeign(parts);
		await using scene = made;
		const plan = await scene.run("true", "--dry-run", "--json");
		expect(JSON.parse(plan.out).batches.map(({ batch }: { batch: string }) => batch)).toEqual([bad, ...good]);
		const { code, out, err } = await scene.run("true");
		// With the mutex alone out of reach nobody else is about, and the lease is as good.
		const refused = parts[0] !== "locks";
		expect(code).toBe(refused ? 77 : 0);
		for (const id of good) expect(out).toContain(`Worked on ${id} successfully\n`);
		expect(await scene.outcomes(bad)).toEqual(refused ? [] : [true]);
		if (!refused) return;
		expect(err).toMatch(new RegExp(`error ${bad} is passed over: ZooKeeper .* refuses to .*${path}`));
		expect(err).toContain(
			"check zookeeper-connection-info.auth-file (user:password), or tls-cert-file, and the node's ACL",
		);
		expect(err).toContain(`error 1 batch was passed over: ${bad}`);
		const left = (await ours.children(path)) ?? [];
		expect(left.filter((name) => name.includes("lock-"))).toEqual([]);
	});

	test("procedure 1 goes on to the next one", async () => {
		const { scene: made, good } = await withForeign([]);
		await using scene = made;
		const { code, out } = await scene.run("true", "--procedure", "1");
		expect({ code, out }).toEqual({ code: 77, out: `Worked on ${good[0]} successfully\n` });
	});

	test("a failed batch beside it is told too", async () => {
		const { scene: made, bad, good } = await withForeign([]);
		await using scene = made;
		const { code, out, err } = await scene.run(`[ "$1" != ${good[0]} ]`);
		expect(code).toBe(77);
		expect(out).toContain(`Failed to process ${good[0]}`);
		expect(err).toContain(`error 1 batch was passed over: ${bad}`);
	});
});

describe("what ZooKeeper cannot hold as part of a path", () => {
	const PARTS = ["😀", "𝔸", "\ue000", "\uf8ff", "\ufffc", "\ufffd", "a\u{20000}b"];

	test("it refuses each of them, and takes what we let pass", async () => {
		await using scene = await ComponentScene.create();
		const session = await scene.locks.session();
		const refused = async (part: string) =>
			await session.makeDirectories(`/B${part}-RT1`).then(
				() => false,
				() => true,
			);
		for (const part of PARTS) expect({ part, refused: await refused(part) }).toEqual({ part, refused: true });
		for (const part of ["æ", "漢", "\uf900", "\uffef", "~", "\u00a0", "e\u0301"]) {
			expect({ part, refused: await refused(part) }).toEqual({ part, refused: false });
		}
	});

	test.each(PARTS)("%j in an id is refused by batches add, alone and on stdin: 64", async (part) => {
		await using scene = await ComponentScene.create();
		const id = `B${part}-RT1`;
		const one = await scene.command(["batches", "add", id, "--type", "x"]).ended();
		expect({ code: one.code, out: one.out }).toEqual({ code: 64, out: "" });
		expect(one.err).toContain("is not a batch's full id");
		expect(one.err).toContain("nothing that ZooKeeper refuses in a path");
		expect(await scene.batches.countDocuments()).toBe(0);
	});

	test("as a lock's path it is 64 too, before a server is asked", async () => {
		await using scene = await ComponentScene.create();
		for (const words of [
			["locks", "exec", "/x😀", "--", "true"],
			["locks", "wait", "/a/\ufffd"],
			["component", "S😀", "--", "true"],
		]) {
			const { code, err } = await scene.command(words).ended();
			expect({ words, code }).toEqual({ words, code: 64 });
			expect(err).toContain("none that ZooKeeper refuses");
		}
	});

	test("a document that somebody else added under such an id is malformed: the others are done, 65", async () => {
		await using scene = await ComponentScene.create({ components: COMPONENTS });
		const [first = ""] = await scene.archived(1);
		const document = await scene.batches.findOne({ _id: first });
		const id = "B😀-RT1";
		await scene.batches.insertOne({ ...document, _id: id, batch_id: "😀", created: new Date(0) });
		const { code, out, err } = await scene.run("true");
		expect({ code, out }).toEqual({ code: 65, out: `Worked on ${first} successfully\n` });
		expect(err).toContain(`document _id "${id}": _id is not a batch's full id`);
		expect(err).toContain(`deleteOne({ _id: "${id}" })`);
	});
});
