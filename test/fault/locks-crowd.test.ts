import { expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockScene } from "../support/lock-scene.ts";
import { Run } from "../support/tangles.ts";

const CONTENDERS = 200;
const SECONDS = 60;

/**
 * Notes an overlap unless it alone has the file: the kernel's lock goes with the process, however that ends. The
 * descriptor is inherited by all that it starts.
 */
const WORKER = 'exec 9>"$0/file"; flock -n 9 || echo overlap >>"$0/bad"; echo done >>"$0/done"; sleep 0.005';

test(`${CONTENDERS} contenders come and go for ${SECONDS} s, a third of them killed or interrupted: never two, none starves, no node is left`, async () => {
	await using place = await LockScene.create({ sessionTimeout: "5s" });
	const folder = await mkdtemp(join(tmpdir(), "tangles-crowd-"));
	const until = performance.now() + SECONDS * 1000;
	const sums = { finished: 0, killed: 0, interrupted: 0, lost: 0 };
	const contend = async () => {
		while (performance.now() < until) {
			const words = ["locks", "exec", "/x", "--wait", "120s", "--", "sh", "-c", WORKER, folder];
			// Behind the other tests on the same processors, which measure time.
			const run = new Run(words, place.env, folder, ["nice", "-n", "10"]);
			const chance = Math.random();
			if (chance < 1 / 3) {
				// The moment itself is what is tried: no event marks it.
				await Promise.race([Bun.sleep(Math.random() * 8000), run.ended()]);
				run.kill(chance < 1 / 6 ? "SIGKILL" : "SIGINT");
			}
			const { code, err } = await run.ended();
			if (code === 0) sums.finished += 1;
			else if (code === 137) sums.killed += 1;
			else if (code === 130) sums.interrupted += 1;
			// Where the whole host stands still for seconds: it is said, and nothing else happens.
			else if (code === 69 && err.includes("error lost the session with ZooKeeper ")) sums.lost += 1;
			else expect({ code, err }).toEqual({ code: 0, err: "" });
		}
	};
	await Promise.all(Array.from({ length: CONTENDERS }, contend));
	expect(await Bun.file(join(folder, "bad")).exists()).toBe(false);
	const done = (await readFile(join(folder, "done"), "utf8")).trim().split("\n").length;
	expect(done).toBeGreaterThanOrEqual(sums.finished);
	expect(Math.min(sums.finished, sums.killed, sums.interrupted)).toBeGreaterThan(10);
	expect(sums.lost).toBeLessThan(sums.finished);
	// A killed one leaves no node, but may leave empty directories: the next release, or prune, takes them.
	await (await place.take("/x", 60_000)).release();
	await place.untilGone("/");
	await rm(folder, { recursive: true });
}, 240_000);
