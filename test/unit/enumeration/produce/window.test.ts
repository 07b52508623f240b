import { expect, test } from "bun:test";
import fc from "fast-check";
import { Fault } from "../../../../src/base/fault.ts";
import { pushWindow, type WindowWork } from "../../../../src/enumeration/produce/window.ts";

/** A server and a database of a test's own, which note what a run does. */
class Simulation {
	readonly onServer: number[] = [];
	readonly cursors: number[] = [];
	begun = 0;
	flying = 0;
	worstAhead = 0;
	mostFlying = 0;
	readonly #delays: readonly number[];
	#at = 0;

	constructor(delays: readonly number[]) {
		this.#delays = delays;
	}

	get saved(): number {
		return this.cursors.at(-1) ?? 0;
	}

	/** Lets some other steps go first, as many as the next delay says. */
	async later(): Promise<void> {
		const turns = this.#delays[this.#at++ % this.#delays.length] ?? 0;
		for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
	}

	work(settings: { total: number; chunk: number; window: number; grant: number }, stop: AbortSignal): WindowWork {
		return {
			first: 0,
			...settings,
			signal: stop,
			push: async (from, to) => {
				this.begun = Math.max(this.begun, to);
				this.flying += 1;
				this.mostFlying = Math.max(this.mostFlying, this.flying);
				this.worstAhead = Math.max(this.worstAhead, this.begun - this.saved);
				await this.later();
				for (let job = from; job < to; job += 1) this.onServer.push(job);
				this.flying -= 1;
			},
			save: async (next) => {
				await this.later();
				this.cursors.push(next);
				const there = new Set(this.onServer);
				for (let job = 0; job < next; job += 1)
					if (!there.has(job)) throw new Error(`cursor ${next} is ahead of job ${job}`);
			},
			admit: async () => {
				expect(this.flying).toBe(0);
				await this.later();
				return settings.grant;
			},
			onProgress: () => {},
			onUnsaved: () => {},
		};
	}
}

const settings = fc.record({
	total: fc.integer({ min: 1, max: 200 }),
	chunk: fc.integer({ min: 1, max: 9 }),
	window: fc.integer({ min: 1, max: 5 }),
	grant: fc.integer({ min: 1, max: 60 }),
});
const delays = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });

test("every job is pushed once, the window holds, and the cursor never runs ahead nor falls too far behind", async () => {
	await fc.assert(
		fc.asyncProperty(settings, delays, async (given, turns) => {
			const simulation = new Simulation(turns);
			await pushWindow(simulation.work(given, new AbortController().signal));
			expect(simulation.onServer.toSorted((a, b) => a - b)).toEqual(Array.from({ length: given.total }, (_, n) => n));
			expect(simulation.mostFlying).toBeLessThanOrEqual(given.window);
			expect(simulation.worstAhead).toBeLessThanOrEqual(2 * given.window * given.chunk);
			expect(simulation.cursors).toEqual(simulation.cursors.toSorted((a, b) => a - b));
		}),
		{ numRuns: 300 },
	);
});

test("stopped at any moment: what was begun is on the server, and the cursor is behind all of it", async () => {
	await fc.assert(
		fc.asyncProperty(settings, delays, fc.integer({ min: 0, max: 200 }), async (given, turns, moment) => {
			const simulation = new Simulation(turns);
			const stop = new AbortController();
			const reason = new Fault("terminate", "stopped");
			const work = simulation.work(given, stop.signal);
			const run = pushWindow({
				...work,
				onProgress: (next) => {
					if (next >= moment) stop.abort(reason);
				},
			});
			const ended = await run.then(
				() => "complete",
				(error: unknown) => error,
			);
			expect(simulation.onServer.length).toBe(simulation.begun);
			if (ended === "complete") return expect(simulation.begun).toBe(given.total);
			expect(ended).toBe(reason);
			return expect(simulation.saved).toBe(simulation.begun);
		}),
		{ numRuns: 300 },
	);
});

test("a chunk that fails ends the run with its error; the cursor stays before that chunk", async () => {
	const simulation = new Simulation([1]);
	const work = simulation.work({ total: 100, chunk: 10, window: 3, grant: 100 }, new AbortController().signal);
	const refused = new Fault("failed", "the server refuses");
	const run = pushWindow({
		...work,
		push: async (from, to, stop) => {
			if (from === 40) throw refused;
			await work.push(from, to, stop);
		},
	});
	expect(await run.catch((error: unknown) => error)).toBe(refused);
	expect(simulation.saved).toBe(40);
});

test("a cursor that cannot be saved ends the run, and is told", async () => {
	const simulation = new Simulation([1]);
	const work = simulation.work({ total: 1000, chunk: 10, window: 2, grant: 1000 }, new AbortController().signal);
	const lost = new Fault("lost", "another producer has taken over");
	const told: unknown[] = [];
	const run = pushWindow({
		...work,
		save: async () => {
			throw lost;
		},
		onUnsaved: (error) => told.push(error),
	});
	expect(await run.catch((error: unknown) => error)).toBe(lost);
	expect(told).toEqual([lost]);
	expect(simulation.begun).toBeLessThanOrEqual(2 * 2 * 10);
});
