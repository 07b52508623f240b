import { expect, test } from "bun:test";
import { isFault } from "../../../src/base/fault.ts";
import { acquire } from "../../../src/locks/acquire.ts";
import type { Held } from "../../../src/locks/held.ts";
import { InMemoryEnsemble, type InMemorySession } from "../../../src/locks/in-memory.ts";
import type { LockLayout } from "../../../src/locks/names.ts";
import { prune } from "../../../src/locks/prune.ts";
import { Interleaving } from "../../support/interleaving.ts";

const never = new AbortController().signal;

interface Contender {
	readonly session: InMemorySession;
	readonly layout: LockLayout;
	done: boolean;
}

/** What one run of several contenders at one lock has shown. */
class Scene {
	readonly steps: Interleaving;
	readonly ensemble: InMemoryEnsemble;
	readonly contenders: Contender[];
	readonly tokens: bigint[] = [];
	readonly inside = new Set<Held>();
	mostInside = 0;
	unforeseen: unknown[] = [];

	constructor(seed: number, layouts: readonly LockLayout[]) {
		this.steps = new Interleaving(seed);
		this.ensemble = new InMemoryEnsemble(this.steps.schedule);
		this.contenders = layouts.map((layout) => ({ session: this.ensemble.open(), layout, done: false }));
	}

	/** Takes the lock three times; a session that ends is the end of a contender. */
	async contend(contender: Contender): Promise<void> {
		const { session, layout } = contender;
		try {
			for (let round = 0; round < 3; round += 1) {
				const lock = await acquire(session, "/a/lock", { layout, waitMs: 60_000, data: "{}", signal: never });
				this.enter(lock);
				// The work: it takes some steps of the schedule.
				await session.read("/a");
				this.inside.delete(lock);
				await lock.release();
			}
		} catch (error) {
			if (!isFault(error, "unreachable", "lost")) this.unforeseen.push(error);
		}
		contender.done = true;
	}

	enter(lock: Held): void {
		this.tokens.push(BigInt(lock.token));
		this.inside.add(lock);
		const holding = [...this.inside].filter(({ state }) => state === "held");
		this.mostInside = Math.max(this.mostInside, holding.length);
	}

	async run(between = () => {}): Promise<void> {
		for (const contender of this.contenders) void this.contend(contender);
		const resumeAll = () => {
			for (const { session } of this.contenders) session.resume();
		};
		await this.steps.run(() => this.contenders.every(({ done }) => done), between, resumeAll);
	}

	/** Lets what nobody waits for finish, then prunes; what is left of the tree. */
	async rest(): Promise<string[]> {
		const eye = this.ensemble.open();
		let closed = false;
		const close = async () => {
			for (const { session } of this.contenders) {
				session.resume();
				await session.close();
			}
			await prune(eye, "/", { emptied: true, dryRun: false });
			closed = true;
		};
		void close();
		await this.steps.run(
			() => closed,
			() => {},
			() => this.steps.schedule(0n, () => {}),
		);
		return this.ensemble.tree.paths();
	}
}

const MIXES: readonly (readonly LockLayout[])[] = [
	["both", "both"],
	["both", "both", "both"],
	["both", "flat", "both", "flat"],
	["both", "v2", "both", "v2"],
	["flat", "flat", "flat"],
	["v2", "v2", "v2"],
];

test.each(MIXES.map((layouts) => [layouts.join(" "), layouts] as const))(
	"of %s only one holds at a time, each gets its turn, tokens only grow, nothing is left",
	async (_, layouts) => {
		for (let seed = 1; seed <= 60; seed += 1) {
			const scene = new Scene(seed, layouts);
			await scene.run();
			expect([seed, scene.unforeseen, scene.mostInside]).toEqual([seed, [], 1]);
			expect(scene.tokens).toHaveLength(3 * layouts.length);
			expect(await scene.rest()).toEqual([]);
			// A flat node is made on entering the queue, a lease when its turn has come: only one kind can be compared.
			if (new Set(layouts).size > 1) continue;
			expect(scene.tokens).toEqual(scene.tokens.toSorted((a, b) => (a < b ? -1 : 1)));
		}
	},
	60_000,
);

test("sessions that end, are cut off and come back at any step never make two holders, and never block who is left", async () => {
	for (let seed = 1; seed <= 150; seed += 1) {
		const scene = new Scene(seed, ["both", "both", "v2", "both"]);
		const { random } = scene.steps;
		let ended = 0;
		await scene.run(() => {
			const chance = random();
			const { session } = scene.steps.pick(scene.contenders);
			if (session.state === "suspended" || chance > 0.97) session.resume();
			else if (chance < 0.01 && ended < 3) {
				ended += 1;
				session.expire();
			} else if (chance < 0.03) session.suspend();
		});
		expect([seed, scene.unforeseen]).toEqual([seed, []]);
		expect(scene.mostInside).toBeLessThanOrEqual(1);
		expect(await scene.rest()).toEqual([]);
	}
}, 60_000);

test("a contender whose node somebody deletes queues again, and everybody gets a turn or is told of the loss", async () => {
	for (let seed = 1; seed <= 150; seed += 1) {
		const scene = new Scene(seed, ["both", "both", "both"]);
		const { tree } = scene.ensemble;
		let deleted = 0;
		await scene.run(() => {
			const nodes = tree.paths().filter((path) => path.includes("/_c_"));
			if (deleted === 4 || nodes.length === 0 || scene.steps.random() > 0.05) return;
			deleted += 1;
			tree.remove(scene.steps.pick(nodes));
		});
		expect([seed, scene.unforeseen]).toEqual([seed, []]);
		expect(await scene.rest()).toEqual([]);
	}
}, 60_000);
