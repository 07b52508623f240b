import { expect, test } from "bun:test";
import { DAMAGES } from "../../../support/memory-damage.ts";
import { MemoryScene } from "../../../support/memory-scene.ts";
import { Random } from "../../../support/random.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

const MAX_TCN = 6;
/** How many sequences, and the seed of the first: `SEQUENCES=5000 SEED=7` runs others. */
const SEQUENCES = Number(process.env.SEQUENCES ?? 400);
const SEED = Number(process.env.SEED ?? 1);
const AT_ONCE = 20;
/** A sequence ends well long before that many runs. */
const MOST_RUNS = 30;

const truth = await tanglesUpTo(MAX_TCN);

/** One random sequence of steps on one enumeration. */
class Sequence {
	readonly steps: string[] = [];
	readonly #random: Random;
	readonly #scene: MemoryScene;
	/** What no run has answered yet: a loss may not be hidden before somebody could know of it. */
	#lost = false;
	#hidden = false;
	/** True where a person may have to be asked. */
	person = false;

	constructor(random: Random) {
		this.#random = random;
		this.#scene = new MemoryScene(truth, MAX_TCN, random);
	}

	get pagedTooEarly(): readonly string[] {
		return this.#scene.pagedTooEarly;
	}

	async step(): Promise<void> {
		const random = this.#random;
		const writes = random.chance(0.6) ? random.below(60) : Number.POSITIVE_INFINITY;
		const what = random.below(20);
		if (what < 6) await this.#produce(writes);
		else if (what < 10) this.steps.push(`recover, ${writes} writes: ${await this.#scene.recover(writes)}`);
		else if (what < 11) await this.#restart(writes);
		else if (what < 13) this.#scene.jobs.work(random.below(50));
		else this.#damage();
	}

	async #produce(writes: number): Promise<void> {
		const untilTcn = this.#random.chance(0.5) ? 2 + this.#random.below(MAX_TCN - 1) : undefined;
		const once = this.#random.chance(0.3);
		const end = await this.#scene.produce({ once, untilTcn }, writes);
		this.steps.push(`produce until ${untilTcn}, once ${once}, ${writes} writes: ${end}`);
		if (end === "done" || end === "stopped") {
			this.#lost = false;
			this.#hidden = false;
		}
	}

	async #restart(writes: number): Promise<void> {
		const { completedTcn, maxTcn } = this.#scene.collection.enumeration();
		const tcn = 3 + this.#random.below(maxTcn - 2);
		if (tcn > completedTcn + 1) return;
		this.steps.push(`recover --restart-tcn ${tcn}, ${writes} writes: ${await this.#scene.recover(writes, tcn)}`);
	}

	#damage(): void {
		const damage = this.#random.of(DAMAGES);
		if (damage === undefined || (damage.loses && this.#hidden) || (damage.hides && this.#lost)) return;
		const { collection, jobs } = this.#scene;
		damage.done({ collection, jobs, random: this.#random });
		this.steps.push(damage.name);
		this.#lost ||= damage.loses === true;
		this.#hidden ||= damage.hides === true;
		this.person ||= damage.needs === "person";
	}

	/**
	 * `recover` and `produce` until they have nothing more to do, or one says 65. Gives the TCNs that then lack tangles.
	 */
	async toTheEnd(): Promise<{ readonly end: "complete" | "65"; readonly missing: readonly number[] }> {
		for (let run = 0; run < MOST_RUNS; run += 1) {
			this.#scene.jobs.requeueDead();
			const ends = [await this.#scene.recover(), await this.#scene.produce()];
			this.steps.push(`at last, recover: ${ends[0]}, produce: ${ends[1]}`);
			if (ends.includes("65")) return { end: "65", missing: [] };
			if (ends.every((end) => end === "done")) return { end: "complete", missing: this.#scene.missing() };
		}
		throw new Error(`no end:\n${this.steps.join("\n")}`);
	}
}

/**
 * Runs one sequence to its end. Throws where a TCN is paged too early, tangles are missing, or 65 is said without need.
 */
async function run(seed: number): Promise<"complete" | "65"> {
	const random = new Random(seed);
	const sequence = new Sequence(random);
	for (let step = 4 + random.below(12); step > 0; step -= 1) await sequence.step();
	const { end, missing } = await sequence.toTheEnd();
	const { pagedTooEarly } = sequence;
	const faults = [
		...(missing.length > 0 ? [`TCNs ${missing.join()} lack tangles`] : []),
		...(pagedTooEarly.length > 0 ? [`paged too early: ${pagedTooEarly.join("; ")}`] : []),
		...(end === "65" && !sequence.person ? ["65, though nothing needs a person"] : []),
	];
	if (faults.length > 0) throw new Error(`seed ${seed}: ${faults.join("; ")}\n${sequence.steps.join("\n")}`);
	return end;
}

test(`${SEQUENCES} random sequences of damage, recover, produce, kill and work end with everything, or say 65`, async () => {
	const ends = { complete: 0, "65": 0 };
	for (let from = 0; from < SEQUENCES; from += AT_ONCE) {
		const count = Math.min(AT_ONCE, SEQUENCES - from);
		const done = await Promise.all(Array.from({ length: count }, (_, at) => run(SEED + from + at)));
		for (const end of done) ends[end] += 1;
	}
	expect(ends.complete).toBeGreaterThan(SEQUENCES / 2);
	expect(ends["65"]).toBeGreaterThan(0);
}, 600_000);
