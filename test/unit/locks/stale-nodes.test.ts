import { expect, test } from "bun:test";
import { acquire } from "../../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { untilFree } from "../../../src/locks/until-free.ts";
import { never, taking } from "../../support/lock-memory.ts";
import { staleFollower } from "../../support/stale-follower.ts";

const uuid = (digit: string) => digit.repeat(8).concat("-1111-4111-8111-111111111111");
const LOCK = `_c_${uuid("0")}-lock-0000000000`;
const LEASE = `_c_${uuid("0")}-lease-0000000000`;
/** Dead holders by each layout, a dead contender for the mutex, and one that was behind the first. */
const DEAD = [...[`/x/${LOCK}`, `/x/_c_${uuid("2")}-lock-0000000001`], ...[`/x/leases/${LEASE}`, `/x/locks/${LOCK}`]];

async function ensembleWith(deleted: readonly string[], next?: "well" | "alike") {
	const ensemble = new InMemoryEnsemble();
	const other = ensemble.open();
	await Promise.all(["/x/locks", "/x/leases"].map((path) => other.makeDirectories(path)));
	// The numbers of the dead are used up.
	const mine = await Promise.all(
		["/x", "/x", "/x/locks", "/x/leases"].map((dir) => other.createOwn(dir, "n-lock-", "")),
	);
	const dirs = ["/x", "/x", "/x/locks", "/x/leases"];
	await Promise.all(mine.map((name, at) => other.remove(`${dirs[at]}/${name}`)));
	return { ensemble, other, session: staleFollower(ensemble.open(), deleted, next) };
}

test.each([...DEAD.map((path) => [path]), DEAD])(
	"%s that a follower shows for ever, deleted at the leader, keeps nobody from the lock",
	async (...deleted) => {
		const { ensemble, session } = await ensembleWith(deleted);
		const lock = await acquire(session, "/x", taking("both"));
		expect(lock.state).toBe("held");
		await expect(acquire(ensemble.open(), "/x", taking("both", 0))).rejects.toThrow("is held by");
		await lock.release();
	},
);

test("a follower that goes on showing a node whose name may come again is left", async () => {
	const { session } = await ensembleWith(["/x/9b0488133b9f4488bbf7027fb0007baa-lock-0000000000"]);
	const lock = await acquire(session, "/x", taking("both"));
	expect(lock.state).toBe("held");
	await lock.release();
});

test.each([`/x/${LOCK}`, `/x/leases/${LEASE}`])(
	"who waits until the lock is free does not wait for %s",
	async (dead) => {
		const { session } = await ensembleWith([dead]);
		await untilFree(session, "/x", performance.now() + 60_000, never);
	},
);

test("a node that is there at the leader is waited for, however often it is asked", async () => {
	const { ensemble, other } = await ensembleWith([]);
	const name = await other.createOwn("/x", `_c_${uuid("3")}-lock-`, "");
	const session = staleFollower(ensemble.open(), []);
	const asked = Promise.withResolvers<void>();
	let times = 0;
	const counted = new Proxy(session, {
		get: (target, key) => {
			if (key === "isThere" && ++times === 3) asked.resolve();
			return Reflect.get(target, key, target);
		},
	});
	const taken = acquire(counted, "/x", taking("both"));
	await asked.promise;
	expect(Bun.peek.status(taken)).toBe("pending");
	await other.remove(`/x/${name}`);
	const lock = await taken;
	expect(lock.state).toBe("held");
	await lock.release();
});

test("a name without a uuid may have been made anew, and is waited for as long as every server shows it", async () => {
	const { session } = await ensembleWith(["/x/0-lock-0000000000"], "alike");
	await expect(acquire(session, "/x", taking("both", 100))).rejects.toThrow("was held elsewhere until now");
});
