import { expect, test } from "bun:test";
import { acquire } from "../../src/locks/acquire.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { Ensemble } from "../support/ensemble.ts";
import { LockScene, lastTick } from "../support/lock-scene.ts";

const never = new AbortController().signal;

/** Takes the lock by way of other servers, once the holder has lost it; when that was. */
async function takenBy(connect: string): Promise<number> {
	const session = await openSession({ connect, sessionTimeoutMs: 30_000, auth: undefined }, never);
	const lock = await acquire(session, "/x", { layout: "both", waitMs: 120_000, data: "{}", signal: never });
	const at = Date.now();
	await lock.release();
	await session.close();
	return at;
}

test.each(["follower", "leader"] as const)(
	"the holder's server, a %s, is cut off from the others and answers it on: the work stands still before another has the lock",
	async (who) => {
		await using ensemble = await Ensemble.start({ tickMs: 1000, syncLimit: 5 });
		const { leader, followers } = await ensemble.roles();
		const victim = who === "leader" ? leader : followers[0];
		if (victim === undefined) throw new Error("no follower");
		await using place = await LockScene.create({ server: victim.address, chroot: "", sessionTimeout: "4s" });
		const holder = await place.ticking("/x");
		const others = ensemble.servers.filter((server) => server !== victim);
		const taken = takenBy(others.map(({ address }) => address).join(","));
		await place.untilContenders("/x", 2);
		await ensemble.isolate(victim);
		const takenAt = await taken;
		const ended = await holder.ended();
		expect(ended.code).toBe(79);
		expect(lastTick(ended)).toBeLessThan(takenAt);
	},
	120_000,
);
