import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isBatch } from "../../../../src/line/batches/malformed.ts";
import { IntakeScene } from "../../../support/intake-scene.ts";

/** What is stored, which round trips of batch 1 are delivered, and what is stored then. */
type Row = readonly [
	name: string,
	stored: Readonly<Record<string, string>>,
	delivered: readonly number[],
	then: Readonly<Record<string, string>>,
];

const ROWS: readonly Row[] = [
	["the first", {}, [1], { "B1-RT1": "Received+" }],
	["a second", { "B1-RT1": "Received+1" }, [2], { "B1-RT1": "Received+ Stopped+", "B1-RT2": "Received+" }],
	[
		"a third, the first is stopped already",
		{ "B1-RT1": "Received+1 Stopped+2", "B1-RT2": "Received+3" },
		[3],
		{
			...{ "B1-RT1": "Received+ Stopped+", "B1-RT2": "Received+ Stopped+", "B1-RT3": "Received+" },
		},
	],
	[
		"a second, the first failed",
		{ "B1-RT1": "Received+1 Checked-2" },
		[2],
		{
			...{ "B1-RT1": "Received+ Checked- Stopped+", "B1-RT2": "Received+" },
		},
	],
	[
		"a second, the first is approved",
		{ "B1-RT1": "Received+1 Approved+2" },
		[2],
		{
			...{ "B1-RT1": "Received+ Approved+", "B1-RT2": "Received+ Stopped+" },
		},
	],
	[
		"a third, the first is approved and the second stopped",
		{ "B1-RT1": "Received+1 Approved+2", "B1-RT2": "Received+3 Stopped+3" },
		[3],
		{
			...{ "B1-RT1": "Received+ Approved+", "B1-RT2": "Received+ Stopped+", "B1-RT3": "Received+ Stopped+" },
		},
	],
	[
		"a second, the approval of the first was taken back",
		{ "B1-RT1": "Received+1 Approved+2 Approved-3" },
		[2],
		{
			...{ "B1-RT1": "Received+ Approved+ Approved- Stopped+", "B1-RT2": "Received+" },
		},
	],
	[
		"a second, the first was not approved at first",
		{ "B1-RT1": "Received+1 Approved-2 Approved+3" },
		[2],
		{
			...{ "B1-RT1": "Received+ Approved- Approved+", "B1-RT2": "Received+ Stopped+" },
		},
	],
	[
		"a second, the first was set going again",
		{ "B1-RT1": "Received+1 Stopped+2 Stopped-3" },
		[2],
		{
			...{ "B1-RT1": "Received+ Stopped+ Stopped- Stopped+", "B1-RT2": "Received+" },
		},
	],
	["a first that comes late", { "B1-RT2": "Received+1" }, [1], { "B1-RT1": "Received-", "B1-RT2": "Received+" }],
	[
		"a first that comes late, the newer is approved",
		{ "B1-RT2": "Received+1 Approved+2" },
		[1],
		{
			...{ "B1-RT1": "Received-", "B1-RT2": "Received+ Approved+" },
		},
	],
	[
		"a second that comes late, the first is approved",
		{ "B1-RT1": "Approved+1", "B1-RT3": "Received+1" },
		[2],
		{
			...{ "B1-RT1": "Approved+", "B1-RT2": "Received-", "B1-RT3": "Received+" },
		},
	],
	[
		"a first, known before as round trip 0",
		{ "B1-RT0": "Shipped+1" },
		[1],
		{
			...{ "B1-RT0": "Shipped+ Stopped+", "B1-RT1": "Received+" },
		},
	],
	["round trip 0 itself", {}, [0], { "B1-RT0": "Received+" }],
	[
		"three at once",
		{},
		[3, 1, 2],
		{
			...{ "B1-RT1": "Received+ Stopped+", "B1-RT2": "Received+ Stopped+", "B1-RT3": "Received+" },
		},
	],
	[
		"two at once, the third is here",
		{ "B1-RT3": "Received+1" },
		[1, 2],
		{
			...{ "B1-RT1": "Received-", "B1-RT2": "Received-", "B1-RT3": "Received+" },
		},
	],
	["one that was added by hand before it came", { "B1-RT1": "" }, [1], { "B1-RT1": "Received+" }],
	[
		"one added by hand, an older one is approved",
		{ "B1-RT1": "Approved+1", "B1-RT2": "Noted+2" },
		[2],
		{
			...{ "B1-RT1": "Approved+", "B1-RT2": "Noted+ Received+ Stopped+" },
		},
	],
	["one that is known", { "B1-RT1": "Received+1" }, [1], { "B1-RT1": "Received+" }],
	["one that is known as failed", { "B1-RT1": "Received-1" }, [1], { "B1-RT1": "Received-" }],
	[
		"a known one beside an older one that was set going again",
		{ "B1-RT1": "Received+1", "B1-RT2": "Received+2" },
		[1, 2],
		{
			...{ "B1-RT1": "Received+", "B1-RT2": "Received+" },
		},
	],
	[
		"round trip 10 is newer than 9",
		{ "B1-RT9": "Received+1" },
		[10],
		{
			...{ "B1-RT9": "Received+ Stopped+", "B1-RT10": "Received+" },
		},
	],
	[
		"a batch whose id looks like a round trip of another",
		{ "B1-RT1-RT1": "Received+1" },
		[2],
		{
			...{ "B1-RT1-RT1": "Received+", "B1-RT2": "Received+" },
		},
	],
];

const names = (delivered: readonly number[]) => delivered.map((roundTrip) => `B1-RT${roundTrip}`);

/** Ends a run just before one of its writes, as a kill does. */
class Killed extends Error {}

describe("the rules of round trips", () => {
	for (const [name, stored, delivered, then] of ROWS) {
		test(name, async () => {
			const scene = new IntakeScene();
			await scene.stored(stored);
			scene.deliver(...names(delivered));
			const planned = await scene.dryRun();
			expect(scene.batches()).toEqual(
				Object.fromEntries(Object.entries(stored).map(([id, events]) => [id, events.replaceAll(/\d/g, "")])),
			);
			const done = await scene.run();
			expect(scene.batches()).toEqual(then);
			expect(planned).toEqual(done);
			// A second run has nothing to do.
			const again = await scene.run();
			expect(again).toMatchObject({ known: delivered.length, received: [], left: [] });
			expect(scene.batches()).toEqual(then);
		});

		test(`${name}: killed before any of its writes, the next run finishes`, async () => {
			for (let at = 1, killed = true; killed; at += 1) {
				let writes = 0;
				killed = false;
				const scene = new IntakeScene({
					before: (call) => {
						if (call !== "add" && call !== "store") return;
						writes += 1;
						if (writes === at) throw new Killed();
					},
				});
				writes = Number.NEGATIVE_INFINITY;
				await scene.stored(stored);
				writes = 0;
				scene.deliver(...names(delivered));
				try {
					await scene.run();
				} catch (error) {
					if (!(error instanceof Killed)) throw error;
					killed = true;
				}
				await scene.run();
				expect({ at, ...scene.batches() }).toEqual({ at, ...then });
			}
		});
	}
});

test("whatever is stored and delivered, in whatever pieces: at most one of a batch goes on, and each delivery has one event", async () => {
	const roundTrips = fc.subarray([0, 1, 2, 3, 4], { minLength: 1 });
	const history = fc.constantFrom("Received+1", "Received+1 Approved+2", "Received+1 Stopped+2", "Received-1", "");
	await fc.assert(
		fc.asyncProperty(
			fc.dictionary(fc.constantFrom("B1-RT1", "B1-RT3"), history),
			fc.array(roundTrips, { minLength: 1, maxLength: 4 }),
			async (stored, runs) => {
				const scene = new IntakeScene();
				await scene.stored(stored);
				for (const delivered of runs) {
					scene.deliver(...names(delivered));
					await scene.run();
				}
				for (const one of scene.store.contents()) {
					if (!isBatch(one)) throw one.fault();
					expect(one.events.filter(({ type }) => type === "Received").length).toBeLessThanOrEqual(1);
					expect(one.events.filter(({ type }) => type === "Stopped").length).toBeLessThanOrEqual(1);
				}
				const goesOn = await Promise.all(
					[...new Set(runs.flat())].map(async (roundTrip) => {
						const id = `B1-RT${roundTrip}`;
						return (
							!(id in stored) &&
							(await scene.newest(id, "Received")) === true &&
							(await scene.newest(id, "Stopped")) !== true
						);
					}),
				);
				expect(goesOn.filter(Boolean).length).toBeLessThanOrEqual(1);
			},
		),
		{ numRuns: 500 },
	);
});
