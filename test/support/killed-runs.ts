import { expect, test } from "bun:test";
import type { Batch } from "../../src/line/batches/batch.ts";
import type { BatchStore } from "../../src/line/batches/ports.ts";
import type { Component } from "../../src/line/component/ports.ts";
import { RunLimit } from "../../src/line/component/run-limit.ts";
import { runStation } from "../../src/line/component/station.ts";
import { joinStation } from "../../src/line/stations/join-station.ts";
import { noteRun } from "../../src/line/stations/note-run.ts";
import type { Readiness, StationDirectory } from "../../src/line/stations/ports.ts";
import type { Registry } from "../../src/line/stations/station.ts";
import { StationBatches } from "../../src/line/stations/station-batches.ts";
import { acquire } from "../../src/locks/acquire.ts";
import { InMemoryEnsemble } from "../../src/locks/in-memory.ts";
import { batchFrom } from "./batch-reference.ts";
import { STATION, SUCCESS } from "./station-scene.ts";

/** What a run has of the database. */
export interface RunProcess {
	readonly directory: StationDirectory;
	client(registry: Registry): {
		readonly store: Omit<BatchStore, "ready" | "all" | "report">;
		readonly readiness: Readiness;
	};
}

/** A line whose processes can be killed. */
export interface KillableLine {
	/** One that is killed once so many of its calls of the database are done: each further call of it rejects. */
	process(calls: number): RunProcess;
	/** Of a program that knows nothing of stations. */
	add(batch: Batch): Promise<unknown>;
	all(): Promise<Batch[]>;
}

const KILLED = new Error("killed");

/** Counts the calls of a process; throws at those behind the first `calls`. */
export function lifeOf(calls: number): () => void {
	let left = calls;
	return () => {
		left -= 1;
		if (left < 0) throw KILLED;
	};
}

const station = (name: string, past: string): Component => ({
	...{ ...STATION, name, event: `${name}_Done`, past: [past], future: [`${name}_Done`] },
	maxThreads: 2,
});
const ALPHA = station("Alpha", "Archived");
const BETA = station("Beta", "Alpha_Done");

/** One run of a component, as `tangles component` has it, with locks in memory. */
async function run(line: RunProcess, ensemble: InMemoryEnsemble, component: Component) {
	const { name, event, version } = component;
	const { signal } = new AbortController();
	const session = ensemble.open();
	const take = (path: string) => acquire(session, path, { layout: "both", waitMs: 0, data: "{}", signal });
	const sboiLock = await take(`/SBOI/${name}`);
	try {
		const joining = { component: name, conditions: component, host: "host", event, version };
		const joined = await joinStation(line.directory, joining, {});
		const { store, readiness } = line.client(joined.registry);
		const tools = {
			...{ component, store: new StationBatches(store, readiness, joined.own), sboiLock, signal },
			limit: new RunLimit(undefined),
			lockBatch: async (id: string) => await take(`/${name}/${id}`),
			worker: { work: async () => SUCCESS },
		};
		const work = async (began: () => void) =>
			await runStation({ ...tools, emit: (it) => it.event === "taken" && began() }, 2);
		await noteRun(line.directory, joined.run, work, () => {});
	} finally {
		await sboiLock.release();
	}
}

/** True where it was killed. */
async function isKilled(running: Promise<void>): Promise<boolean> {
	try {
		await running;
		return false;
	} catch (error) {
		if (error !== KILLED) throw error;
		return true;
	}
}

const ALIVE = Number.POSITIVE_INFINITY;

/** What has run before the batches came in. */
const LINES: readonly (readonly [string, readonly Component[]])[] = [
	["a new line", []],
	["a line whose stations have run before", [ALPHA, BETA]],
];

/**
 * Kills a run of the first of two stations after each number of calls: one whole run of each station then does all that
 * is left of so many batches.
 */
export function testKilledRuns(
	adapter: string,
	batches: number,
	open: () => KillableLine | Promise<KillableLine>,
): void {
	const ids = Array.from({ length: batches }, (_, at) => `B${at + 1}-RT1`);

	/** True where it was killed. */
	async function tryWith(before: readonly Component[], calls: number): Promise<boolean> {
		const line = await open();
		const ensemble = new InMemoryEnsemble();
		for (const component of before) await run(line.process(ALIVE), ensemble, component);
		for (const id of ids) await line.add(batchFrom(id, { events: ["Archived+1"] }));
		const killed = await isKilled(run(line.process(calls), ensemble, ALPHA));
		for (const component of [ALPHA, BETA]) await run(line.process(ALIVE), ensemble, component);
		const found = (await line.all()).map(({ id, events }) => [id, ...events.map(({ type }) => type)]);
		const expected = ids.map((id) => [id, "Archived", "Alpha_Done", "Beta_Done"]);
		expect({ calls, found }).toEqual({ calls, found: expected });
		return killed;
	}

	test.each(LINES)(
		`${adapter}, %s: a run is killed after any number of calls, the next ones do the rest, each once`,
		async (_, before) => {
			let calls = 0;
			while (await tryWith(before, calls)) calls += 1;
			// Derived, claimed, recorded, noted twice, and what is read between.
			expect(calls).toBeGreaterThan(12);
		},
		240_000,
	);
}
