import { expect, test } from "bun:test";
import type { LockLayout } from "../../src/locks/names.ts";
import { LockScene } from "../support/lock-scene.ts";
import { int } from "../support/zookeeper-bytes.ts";

const LAYERS = { flat: "/x/_c_", mutex: "/x/locks/_c_", lease: "/x/leases/_c_" } as const;

interface Case {
	readonly what: string;
	readonly op: "create" | "delete" | "multi";
	readonly part: string | Buffer;
	readonly layout?: LockLayout;
	/** Directories that are there before. */
	readonly there?: string;
}

// A transaction that creates names a node without its number, one that deletes names it with its number.
const CASES: readonly Case[] = [
	{ what: "the transaction that makes all of the lock", op: "multi", part: LAYERS.lease },
	{ what: "the same, flat alone", op: "multi", part: LAYERS.flat, layout: "flat" },
	{ what: "the same, v2 alone", op: "multi", part: LAYERS.lease, layout: "v2" },
	{ what: "the transaction that deletes both nodes", op: "multi", part: "-lease-0000000000" },
	{ what: "the delete of the only node, flat", op: "delete", part: LAYERS.flat, layout: "flat" },
	{ what: "the delete of the only node, v2", op: "delete", part: LAYERS.lease, layout: "v2" },
	{
		what: "the transaction that deletes the directories",
		op: "multi",
		// A delete of the directory itself: its path, then the version.
		part: Buffer.concat([Buffer.from("/x/leases"), int(-1)]),
	},
	{ what: "the create of the flat node in a directory that is there", op: "create", part: LAYERS.flat, there: "/x" },
	{
		what: "the create of the lease in a directory that is there",
		op: "create",
		part: LAYERS.lease,
		there: "/x/leases",
	},
	{ what: "the proof of the session behind the acquire", op: "delete", part: "tangles-proof", there: "/x/leases" },
];

test.each(CASES.map((it) => [it.what, it] as const))(
	"the reply to %s is lost: the lock works, and no node is left",
	async (_, { op, part, layout = "both", there }) => {
		await using place = await LockScene.create({ sessionTimeout: "20s", layout });
		const session = await place.session();
		if (there !== undefined) await session.makeDirectories(there);
		const swallowed = place.proxy.swallowReply(op, part);
		const run = place.start("locks", "exec", "/x", "--", "echo", "worked");
		const { code, out, err } = await run.ended();
		expect({ code, out, err }).toMatchObject({ code: 0, out: "worked\n" });
		await swallowed;
		expect((await session.children("/")) ?? []).toEqual([]);
	},
);

test.each(["create", "delete"] as const)(
	"the reply to the %s of the mutex is lost: the lock works, and no node is left",
	async (op) => {
		await using place = await LockScene.create({ sessionTimeout: "20s" });
		// The mutex is only used where somebody else is about.
		const other = await place.take("/x", 0, "v2");
		const swallowed = place.proxy.swallowReply(op, LAYERS.mutex);
		const run = place.start("locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked");
		if (op === "create") await swallowed;
		else await place.untilContenders("/x/locks", 1);
		await other.release();
		const { code, out, err } = await run.ended();
		expect({ code, out, err }).toMatchObject({ code: 0, out: "worked\n" });
		await swallowed;
		const session = await place.session();
		expect((await session.children("/")) ?? []).toEqual([]);
	},
);

test("the reply to the transaction that makes the lock is lost, and one of its nodes is deleted: none is left", async () => {
	await using place = await LockScene.create();
	const other = await place.session();
	await other.makeDirectories("/");
	const session = await place.proxied();
	const cut = place.proxy.swallowReply("multi", LAYERS.lease).then(() => place.proxy.cut());
	const node = (dir: string, kind: string) => ({ dir, prefix: `_c_${crypto.randomUUID()}-${kind}-`, data: "" });
	const made = session.createTogether(["/x", node("/x", "lock"), "/x/leases", node("/x/leases", "lease")]);
	await cut;
	const [lease] = (await other.children("/x/leases")) ?? [];
	await other.remove(`/x/leases/${lease}`);
	place.proxy.restore();
	expect(await made).toBeUndefined();
	expect([await other.children("/x"), await other.children("/x/leases")]).toEqual([["leases"], []]);
});

test("the reply to the create is lost while another holds the lock: the contender waits behind it once, and gets it", async () => {
	await using place = await LockScene.create({ sessionTimeout: "20s" });
	const lock = await place.take("/x");
	const swallowed = place.proxy.swallowReply("create", LAYERS.flat);
	const contender = place.start("locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked");
	await swallowed;
	await place.untilContenders("/x", 2);
	await lock.release();
	expect((await contender.ended()).code).toBe(0);
	await place.untilGone("/x");
});
