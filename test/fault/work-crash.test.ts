import { expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { OwnServers } from "../support/servers.ts";
import { ShortReservations } from "../support/short-reservations.ts";
import { TOTALS } from "../support/tangle-sets.ts";
import { storedUpTo, totalsOf, totalsUpTo } from "../support/tangle-store.ts";
import { Run } from "../support/tangles.ts";

const MOST = 8;
const KILLS = 20;
/** Time from one kill to the next, ms, on average. */
const EVERY_MS = 500;

test("3 workers and a producer, killed at random and started again: the sets are those of an undisturbed run", async () => {
	await using servers = await OwnServers.start(["faktory", "mongo"]);
	// A job that was just being given to a worker that is killed stays reserved.
	await using short = await ShortReservations.start(servers.faktory);
	await using run = await Enumeration.create({
		...{ faktory: servers.faktory, mongo: servers.mongo },
		...{ pageSize: 3, producer: "chunk: 10, window: 2", sessionTimeout: "1s" },
	});
	await run.run("init", "--max-tcn", String(MOST));
	const produce = () => new Run(["produce", "--wait", "60s"], { ...run.env, FAKTORY_URL: short.url });
	const work = () => run.start("work", "--concurrency", "1", "--json");
	const starts = [produce, work, work, work];
	const running = starts.map((start) => start());
	let producer = running[0]?.ended();

	let completed = 1;
	let kills = 0;
	let nextKill = performance.now() + EVERY_MS;
	for (;;) {
		// The moments themselves are what is tried: no event marks them.
		const ended = await Promise.race([producer, Bun.sleep(100)]);
		const now = Number((await run.config())?.current_completed_tcn);
		for (; completed < now; completed += 1) {
			expect([await totalsOf(run, completed + 1)]).toEqual(TOTALS.slice(completed, completed + 1));
		}
		if (ended !== undefined) {
			expect(ended).toMatchObject({ code: 0 });
			break;
		}
		await retryAtOnce(run);
		if (kills === KILLS || performance.now() < nextKill) continue;
		const which = Math.floor(Math.random() * starts.length);
		running[which]?.kill("SIGKILL");
		await running[which]?.ended();
		running[which] = starts[which]?.() ?? produce();
		if (which === 0) producer = running[0]?.ended();
		kills += 1;
		nextKill = performance.now() + EVERY_MS * (0.5 + Math.random());
	}

	expect(await storedUpTo(run, MOST)).toEqual(totalsUpTo(MOST));
	for (const worker of running.slice(1)) worker.kill("SIGTERM");
	for (const worker of running.slice(1)) expect(await worker.ended()).toMatchObject({ code: 143 });
	expect(await run.run("verify", "-q")).toMatchObject({ code: 0 });
	expect(kills).toBeGreaterThan(5);
});

/** Does what the server does after 15 to 45 s and more. */
async function retryAtOnce(run: Enumeration): Promise<void> {
	await using eye = await run.eye();
	await eye.send("MUTATE", JSON.stringify({ cmd: "requeue", target: "retries" }));
}
