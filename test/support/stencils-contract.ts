import { describe, expect, test } from "bun:test";
import { DrainedTcn } from "../../src/enumeration/stencils/complete.ts";
import { type QueueCounts, STATE, type Stencil } from "../../src/enumeration/stencils/ports.ts";
import { stencilIdOf } from "../../src/enumeration/stencils/stencils.ts";
import type { StencilStore } from "../../src/enumeration/stencils/term.ts";

/** A collection with the stencils up to TCN `maxTcn`, all new, and stores on it. */
export interface StencilsPlace {
	store(): StencilStore;
	/** Removes a stencil by hand. */
	remove(id: string): Promise<void>;
	end(): Promise<void>;
}
export type PrepareStencils = (maxTcn: number) => Promise<StencilsPlace>;

const ID = stencilIdOf({ rootstockTcn: 1, scionTcn: 2 });
const NEXT = stencilIdOf({ rootstockTcn: 1, scionTcn: 3 });
const CURSOR = { rootstock: "1".repeat(24), scion: "2".repeat(24), pair: 4 };
const PROGRESS = { tcn: 3, pushed: 4, total: 9 };
const BASELINE = { tcn: 3, processed: 7, failed: 1, open: 2 };
const IDLE: QueueCounts = {
	...{ enqueued: 0, scheduled: 0, retries: 0, working: 0, dead: 0 },
	...{ processed: 100, failed: 0 },
};

function proven(tcn: number, stencils: readonly Stencil[] = []): DrainedTcn {
	const baseline = { tcn, processed: 0, failed: 0 };
	return DrainedTcn.prove({ baseline, stencils, first: IDLE, second: IDLE }, { unfinished: "refuse" });
}

/** What every adapter of `StencilStore` and `ProducerTerm` does, told of one adapter. */
export function describeStencils(adapter: string, prepare: PrepareStencils): void {
	const one = (words: string, check: (place: StencilsPlace) => Promise<void>) =>
		test(words, async () => {
			const place = await prepare(4);
			try {
				await check(place);
			} finally {
				await place.end();
			}
		});
	const stencil = async (store: StencilStore, id: string) => (await store.stencils()).find((it) => it.id === id);

	describe(adapter, () => {
		one("stencils come in the order (TCN, rootstock_tcn), and the config document is read", async (place) => {
			const store = place.store();
			const numbers = (await store.stencils()).map(({ rootstockTcn, scionTcn }) => `${rootstockTcn}+${scionTcn}`);
			expect(numbers).toEqual(["1+2", "1+3", "2+2"]);
			expect(await store.enumeration()).toEqual({ completedTcn: 1, maxTcn: 4, epoch: 0, baseline: undefined });
			const { config, stencils, foreign } = await store.snapshot();
			expect([config?.wrong, stencils.length, foreign]).toEqual([[], 3, []]);
		});

		one(
			"each take-over has a greater epoch, also above one that is asked for, and marks what is open",
			async (place) => {
				const first = await place.store().takeOver();
				const second = await place.store().takeOver({ above: 7 });
				expect([first.epoch, second.epoch]).toEqual([1, 8]);
				const { stencils } = await place.store().snapshot();
				expect(stencils.map(({ epoch }) => epoch)).toEqual([8, 8, 8]);
			},
		);

		one("a take-over leaves complete stencils and those that it is told to leave", async (place) => {
			const term = await place.store().takeOver();
			await term.update(ID, { state: STATE.complete });
			const left = (await place.store().snapshot()).stencils.find(({ id }) => id === NEXT);
			await place.store().takeOver({ leave: [left?.key] });
			const epochs = (await place.store().snapshot()).stencils.map(({ id, epoch }) => [id, epoch]);
			expect(Object.fromEntries(epochs)).toMatchObject({ [ID]: 1, [NEXT]: 1 });
		});

		one(
			"a claimed stencil is started; what is stored of it is read again; a complete one is not claimed",
			async (place) => {
				const store = place.store();
				const term = await store.takeOver();
				expect(await term.claim(ID)).toMatchObject({ id: ID, state: STATE.started, cursor: undefined });
				await term.update(ID, { cursor: CURSOR, progress: PROGRESS });
				await term.update(ID, { resting: true });
				expect(await stencil(store, ID)).toMatchObject({ cursor: CURSOR, progress: PROGRESS, resting: true });
				expect(await term.claim(ID)).toMatchObject({ cursor: CURSOR, progress: PROGRESS, resting: false });
				await term.update(ID, { state: STATE.complete, cursor: null });
				expect(await stencil(store, ID)).toMatchObject({
					state: STATE.complete,
					cursor: undefined,
					progress: PROGRESS,
				});
				expect(await term.claim(ID)).toBeUndefined();
			},
		);

		one(
			"an overtaken term can write nothing and says so; a stencil that is gone is a fault of the data",
			async (place) => {
				const old = await place.store().takeOver();
				const later = await place.store().takeOver();
				const before = await place.store().stencils();
				const writes = [
					() => old.enumeration(),
					() => old.claim(ID),
					() => old.update(ID, { state: STATE.complete }),
					() => old.storeBaseline(BASELINE),
					() => old.dropBaseline(),
					() => old.completeTcn(proven(2)),
					() => old.add({ rootstockTcn: 1, scionTcn: 4 }),
					() => old.remove(ID),
					() => old.repair(ID, { state: STATE.new, drop: [] }),
					() => old.beginRestart(3),
					() => old.endRestart(),
				];
				for (const write of writes) {
					const error: unknown = await write().catch((thrown: unknown) => thrown);
					expect(error).toMatchObject({ kind: "lost", message: expect.stringContaining("(epoch 2, ours was 1)") });
				}
				expect(await place.store().stencils()).toEqual(before);
				await place.remove(ID);
				await expect(later.claim(ID)).rejects.toMatchObject({ kind: "data" });
				await later.remove(ID);
			},
		);

		one("the baseline is stored and dropped; a TCN is completed by compare-and-set, once", async (place) => {
			const store = place.store();
			const term = await store.takeOver();
			await term.storeBaseline(BASELINE);
			expect((await store.enumeration()).baseline).toEqual(BASELINE);
			await term.dropBaseline();
			expect((await store.enumeration()).baseline).toBeUndefined();
			await term.storeBaseline(BASELINE);
			await term.completeTcn(proven(2));
			await term.completeTcn(proven(2));
			expect(await term.enumeration()).toMatchObject({ completedTcn: 2, baseline: undefined });
			await expect(term.completeTcn(proven(4))).rejects.toThrow("was changed by somebody else meanwhile");
		});

		one(
			"a TCN that is opened again: what is above is new, and with drop its counts and its baseline go",
			async (place) => {
				const store = place.store();
				const term = await store.takeOver();
				const done = { state: STATE.complete, progress: PROGRESS };
				await term.update(ID, done);
				await term.completeTcn(proven(2));
				await term.completeTcn(proven(3));
				await term.update(NEXT, { state: STATE.started, cursor: CURSOR });
				await term.storeBaseline(BASELINE);
				await term.reopenTcn({ tcn: 3, counters: "keep" });
				expect(await store.enumeration()).toMatchObject({ completedTcn: 2, baseline: BASELINE });
				expect(await stencil(store, ID)).toMatchObject(done);
				expect(await stencil(store, NEXT)).toMatchObject({ state: STATE.new, cursor: undefined });
				await term.completeTcn(proven(3));
				await term.storeBaseline(BASELINE);
				await term.reopenTcn({ tcn: 3, counters: "drop" });
				expect(await store.enumeration()).toMatchObject({ completedTcn: 2, baseline: undefined });
				expect(await stencil(store, ID)).toMatchObject({ state: STATE.complete, progress: undefined });
			},
		);

		one(
			"repairs: added, removed, set back; each may be repeated, and one that has begun is not removed",
			async (place) => {
				const store = place.store();
				const term = await store.takeOver();
				const pair = { rootstockTcn: 1, scionTcn: 4 };
				await term.add(pair);
				await term.add(pair);
				expect(await stencil(store, stencilIdOf(pair))).toMatchObject({ ...pair, tcn: 5, state: STATE.new });
				await term.remove(stencilIdOf(pair));
				await term.remove(stencilIdOf(pair));
				expect(await stencil(store, stencilIdOf(pair))).toBeUndefined();
				await term.update(ID, { state: STATE.complete, cursor: CURSOR, progress: PROGRESS });
				await expect(term.remove(ID)).rejects.toThrow("was changed by somebody else meanwhile");
				const later = await store.takeOver();
				await later.repair(ID, { state: STATE.new, drop: ["cursor"] });
				expect(await stencil(store, ID)).toMatchObject({ state: STATE.new, cursor: undefined, progress: PROGRESS });
				await later.repair(ID, { drop: ["progress"] });
				expect(await stencil(store, ID)).toMatchObject({ state: STATE.new, progress: undefined });
			},
		);

		one(
			"a restart is noted until it ends; a lower one that is unfinished counts, and so does its baseline",
			async (place) => {
				const store = place.store();
				const term = await store.takeOver();
				await term.completeTcn(proven(2));
				await term.completeTcn(proven(3));
				await term.storeBaseline(BASELINE);
				await term.beginRestart(4);
				expect((await store.snapshot()).config).toMatchObject({ completedTcn: 3, restart: 4, baseline: BASELINE });
				await term.beginRestart(3);
				await term.beginRestart(4);
				expect((await store.snapshot()).config).toMatchObject({ completedTcn: 2, restart: 3, baseline: undefined });
				await term.endRestart();
				expect((await store.snapshot()).config).toMatchObject({ completedTcn: 2, restart: undefined });
			},
		);
	});
}
