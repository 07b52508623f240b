import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { IntakeStore } from "../../src/line/intake/ports.ts";
import { batchFrom } from "./batch-reference.ts";

/** A store on an empty collection, for as long as its tests run. */
export interface IntakeStoreAdapter extends AsyncDisposable {
	readonly store: IntakeStore;
}

const sortedIds = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id).toSorted();

/** What every adapter of the `IntakeStore` port gives, beside what `BatchStore` promises. */
export function describeIntakeStore(adapter: string, open: () => Promise<IntakeStoreAdapter>): void {
	describe(`the intake's store on ${adapter}`, () => {
		let opened: IntakeStoreAdapter | undefined;
		const store = () => {
			if (opened === undefined) throw new Error("the adapter is not open");
			return opened.store;
		};
		beforeAll(async () => {
			opened = await open();
			const plans = {
				...{ "B1-RT0": [], "B1-RT1": ["A+1"], "B1-RT2": ["A-1"], "B1-RT10": ["C+1"] },
				// Near to batch 1 by their ids, and others.
				...{ "B1-RT1-RT1": ["A+1"], "B11-RT1": ["A+1"], "B-RT1-RT1": [], "B1x-RT1": [], "Bæ.1-RT1": ["A+1"] },
			};
			for (const [id, events] of Object.entries(plans)) await opened.store.add(batchFrom(id, { events }));
		});
		afterAll(async () => await opened?.[Symbol.asyncDispose]());

		test("all round trips of a batch, and none of another whose id begins alike", async () => {
			expect(sortedIds(await store().roundTrips("1"))).toEqual(["B1-RT0", "B1-RT1", "B1-RT10", "B1-RT2"]);
			expect(sortedIds(await store().roundTrips("1-RT1"))).toEqual(["B1-RT1-RT1"]);
			expect(sortedIds(await store().roundTrips("æ.1"))).toEqual(["Bæ.1-RT1"]);
			expect(await store().roundTrips("2")).toEqual([]);
		});

		test("those of some ids that have an event of a type, of either outcome", async () => {
			const ids = ["B1-RT0", "B1-RT1", "B1-RT2", "B1-RT10", "B9-RT1"];
			expect([...(await store().withEvent(ids, "A"))].toSorted()).toEqual(["B1-RT1", "B1-RT2"]);
			expect([...(await store().withEvent([], "A"))]).toEqual([]);
		});
	});
}
