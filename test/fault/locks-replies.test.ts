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
		// The mutex is only used where somebody else is about.
		const other = layer === "mutex" ? await place.take("/x", 0, "v2") : undefined;
		const swallowed = place.proxy.swallowReply(op, LAYERS[layer]);
		const run = place.start("locks", "exec", "/x", "--wait", "60s", "--", "echo", "worked");
		if (op === "create") await swallowed;
		else if (other !== undefined) await place.untilContenders("/x/locks", 1);
		await other?.release();
		const { code, out, err } = await run.ended();
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
	await place.untilContenders("/x", 2);
	await lock.release();
	expect((await contender.ended()).code).toBe(0);
	await place.untilGone("/x");
});
