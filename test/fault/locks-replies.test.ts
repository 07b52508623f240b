import { expect, test } from "bun:test";
import { LockScene } from "../support/lock-scene.ts";

const LAYERS = { flat: "/x/_c_", mutex: "/x/locks/_c_", lease: "/x/leases/_c_" } as const;
const CASES = (["create", "delete"] as const).flatMap((op) =>
	(Object.keys(LAYERS) as (keyof typeof LAYERS)[]).map((layer) => [op, layer] as const),
);

test.each(CASES)(
	"the reply to the %s of the %s node is lost: the lock works, and no node is left",
	async (op, layer) => {
		await using place = await LockScene.create({ sessionTimeout: "20s" });
		const swallowed = place.proxy.swallowReply(op, LAYERS[layer]);
		const { code, out, err } = await place.run("locks", "exec", "/x", "--", "echo", "worked");
		expect({ code, out, err }).toMatchObject({ code: 0, out: "worked\n" });
		await swallowed;
		const session = await place.session();
		expect((await session.children("/")) ?? []).toEqual([]);
	},
);

test("the reply to the create is lost while another holds the lock: the contender waits behind it once, and gets it", async () => {
	await using place = await LockScene.create({ sessionTimeout: "20s" });
	const lock = await place.take("/x");
	const swallowed = place.proxy.swallowReply("create", LAYERS.flat);
	const contender = place.start("locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked");
	await swallowed;
	// One node of the holder's, one of the contender's.
	const session = await place.session();
	for (;;) {
		const { promise, resolve } = Promise.withResolvers<void>();
		const nodes = ((await session.children("/x", resolve)) ?? []).filter((name) => name.startsWith("_c_"));
		if (nodes.length === 2) break;
		await promise;
	}
	await lock.release();
	expect((await contender.ended()).code).toBe(0);
	await place.untilGone("/x");
});
