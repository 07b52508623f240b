import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Batch, Conditions } from "../../src/line/batches/batch.ts";
import { updateBatch } from "../../src/line/batches/change.ts";
import { appended, touched, without } from "../../src/line/batches/events.ts";
import type { Place } from "../../src/line/batches/malformed.ts";
import type { BatchStore } from "../../src/line/batches/ports.ts";
import type { Readiness, StationDirectory } from "../../src/line/stations/ports.ts";
import { register } from "../../src/line/stations/register.ts";
import type { Registration } from "../../src/line/stations/registration.ts";
import { EMPTY_REGISTRY, type Registry } from "../../src/line/stations/station.ts";
import { at, batchFrom, conditionsFrom, eventFrom, readyIds } from "./batch-reference.ts";

type Writer = Omit<BatchStore, "ready" | "all" | "report" | "roundTrips" | "withOutgoing">;

/** A line of its own, empty at first. */
export interface ReadinessCollection {
	readonly stations: StationDirectory;
	/** What another process of this host gives with the registry that it has read. */
	client(registry: Registry): { readonly writer: Writer; readonly readiness: Readiness };
	/** A writer that knows nothing of stations: tangles before it had them. */
	oldWriter(): Writer;
	/** The next writes of `deriveFor` up to `count` are done, then it is killed. */
	killAfter(count: number): void;
	all(): Promise<Batch[]>;
	/** Makes the document of a batch malformed. */
	spoil(id: string): Promise<void>;
}

export interface ReadinessAdapter extends AsyncDisposable {
	collection(): ReadinessCollection;
}

const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);

/** A run of a component: registered, all derived, then page after page. */
export async function offeredIds(
	line: Pick<ReadinessCollection, "client">,
	{ registry, own }: Registration,
	limit = 3,
) {
	const { readiness } = line.client(registry);
	await readiness.deriveFor(own.since);
	const found: string[] = [];
	for (let after: Place | undefined; ; ) {
		const page = await readiness.offered(own, limit, after);
		expect(page.batches.length).toBeLessThanOrEqual(limit);
		found.push(...ids(page.batches));
		if (page.next === undefined) return found;
		after = page.next;
	}
}

const COMPONENTS = ["Archive", "Sample", "Approve"] as const;
const TYPES = ["A", "B", "C"] as const;
const names = fc.subarray([...TYPES], { maxLength: 2 });
const conditions: fc.Arbitrary<Conditions> = fc.record({
	...{ past: names, future: names, old: names },
	types: fc.constantFrom([], ["paper"], ["zine"]),
});

type Step =
	| { readonly do: "register"; readonly component: string; readonly conditions: Conditions }
	| { readonly do: "add"; readonly old: boolean; readonly events: readonly string[] }
	| {
			readonly do: "write";
			readonly old: boolean;
			readonly pick: number;
			readonly change: string;
			readonly stale: number;
	  }
	| { readonly do: "killed run"; readonly component: string; readonly after: number };

const event = fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom("+", "-"), fc.nat(4)).map((parts) => parts.join(""));
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ do: fc.constant("register" as const), component: fc.constantFrom(...COMPONENTS), conditions }),
	fc.record({ do: fc.constant("add" as const), old: fc.boolean(), events: fc.array(event, { maxLength: 4 }) }),
	fc.record({
		do: fc.constant("write" as const),
		old: fc.boolean(),
		pick: fc.nat(20),
		change: fc.oneof(event, fc.constantFrom("touch", "without A", "without B")),
		stale: fc.nat(3),
	}),
	fc.record({
		do: fc.constant("killed run" as const),
		component: fc.constantFrom(...COMPONENTS),
		after: fc.nat(4),
	}),
);

function changeOf(change: string): (batch: Batch) => Batch {
	if (change === "touch") return (batch) => touched(batch, at(5));
	if (change.startsWith("without ")) return (batch) => without(batch, change.slice("without ".length));
	return (batch) => appended(batch, eventFrom(change));
}

/** What every adapter of the `Readiness` port does, with the directory of its stations. */
export function describeReadiness(adapter: string, open: () => Promise<ReadinessAdapter>, numRuns: number): void {
	describe(`readiness of ${adapter}`, () => {
		let opened: ReadinessAdapter;
		beforeAll(async () => {
			opened = await open();
		});
		afterAll(async () => await opened?.[Symbol.asyncDispose]());

		const sampling = { component: "Sample", conditions: conditionsFrom({ past: ["A"], future: ["B"] }) };

		test("what a writer derives is offered without deriving it again, in the order of lists", async () => {
			const line = opened.collection();
			const registration = await register(line.stations, sampling);
			const { writer, readiness } = line.client(registration.registry);
			for (const n of [3, 1, 2]) await writer.add(batchFrom(`B${n}-RT1`, { events: ["A+1"], created: n }));
			await writer.add(batchFrom("B4-RT1", { events: ["A-1"] }));
			expect(await readiness.deriveFor(registration.own.since)).toBe(0);
			expect(await offeredIds(line, registration, 2)).toEqual(["B1-RT1", "B2-RT1", "B3-RT1"]);
			await updateBatch(writer, "B2-RT1", (batch) => appended(batch, eventFrom("B-2")));
			expect(await readiness.deriveFor(registration.own.since)).toBe(0);
			expect(await offeredIds(line, registration, 2)).toEqual(["B1-RT1", "B3-RT1"]);
		});

		test("what a writer without stations wrote is found, and derived once", async () => {
			const line = opened.collection();
			await line.oldWriter().add(batchFrom("B1-RT1", { events: [] }));
			const registration = await register(line.stations, sampling);
			expect(await offeredIds(line, registration)).toEqual([]);
			for (const change of ["A+1", "C-2", "B-3"]) {
				await updateBatch(line.oldWriter(), "B1-RT1", changeOf(change));
				expect(await offeredIds(line, registration)).toEqual(change === "B-3" ? [] : ["B1-RT1"]);
				const { readiness } = line.client(registration.registry);
				expect(await readiness.deriveFor(registration.own.since)).toBe(0);
			}
			await updateBatch(line.oldWriter(), "B1-RT1", changeOf("without B"));
			expect(await offeredIds(line, registration)).toEqual(["B1-RT1"]);
		});

		test("two hosts with different conditions for one name: each is offered what fulfils its own", async () => {
			const line = opened.collection();
			const one = await register(line.stations, sampling);
			await line.client(one.registry).writer.add(batchFrom("B1-RT1", { events: ["A+1"] }));
			await line.client(one.registry).writer.add(batchFrom("B2-RT1", { events: ["A+1", "B+1"] }));
			const other = await register(line.stations, { ...sampling, conditions: conditionsFrom({ past: ["B"] }) });
			for (let round = 0; round < 3; round += 1) {
				expect(await offeredIds(line, one)).toEqual(["B1-RT1"]);
				expect(await offeredIds(line, other)).toEqual(["B2-RT1"]);
			}
			const { registry } = await register(line.stations, sampling);
			expect(registry.generation).toBe(other.registry.generation);
		});

		test("a registry that was removed: nothing that was derived before counts", async () => {
			const line = opened.collection();
			const first = await register(line.stations, sampling);
			await register(line.stations, { ...sampling, component: "Other" });
			await line.client(first.registry).writer.add(batchFrom("B1-RT1", { events: ["A+1", "B+1"] }));
			const elsewhere = opened.collection();
			const anew = await register(elsewhere.stations, {
				component: "New",
				conditions: conditionsFrom({ past: ["B"] }),
			});
			expect(await offeredIds(line, anew)).toEqual(["B1-RT1"]);
		});

		test("a malformed document is offered by the derived fields that it has, once in a list", async () => {
			const line = opened.collection();
			await line.oldWriter().add(batchFrom("B1-RT1", { events: ["A+1"] }));
			await line.oldWriter().add(batchFrom("B2-RT1", { events: ["A+1", "B+1"] }));
			for (const id of ["B1-RT1", "B2-RT1"]) await line.spoil(id);
			const registration = await register(line.stations, sampling);
			expect(await offeredIds(line, registration)).toEqual(["B1-RT1"]);
			expect(await line.client(registration.registry).readiness.deriveFor(registration.own.since)).toBe(0);
		});

		test("whatever is written, by whom, whichever station comes in, wherever it is killed: as the conditions have it", async () => {
			await fc.assert(
				fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
					const line = opened.collection();
					const last = new Map<string, Registration>();
					const registries: Registry[] = [EMPTY_REGISTRY];
					let count = 0;
					for (const it of steps) {
						if (it.do === "register") {
							const registration = await register(line.stations, it);
							last.set(it.component, registration);
							registries.push(registration.registry);
						} else if (it.do === "add") {
							const writer = it.old ? line.oldWriter() : line.client(registries.at(-1) ?? EMPTY_REGISTRY).writer;
							const type = count % 2 === 0 ? "paper" : "zine";
							await writer.add(batchFrom(`B${count}-RT1`, { events: it.events, type, created: count % 3 }));
							count += 1;
						} else if (it.do === "write") {
							if (count === 0) continue;
							// A process that has been running for a while has an older registry.
							const registry = registries.at(-1 - it.stale) ?? EMPTY_REGISTRY;
							const writer = it.old ? line.oldWriter() : line.client(registry).writer;
							await updateBatch(writer, `B${it.pick % count}-RT1`, changeOf(it.change));
						} else {
							const registration = last.get(it.component);
							if (registration === undefined) continue;
							line.killAfter(it.after);
							const { registry, own } = registration;
							await line
								.client(registry)
								.readiness.deriveFor(own.since)
								.catch(() => {});
							line.killAfter(Number.POSITIVE_INFINITY);
						}
					}
					const batches = await line.all();
					for (const registration of last.values()) {
						const expected = readyIds(batches, registration.own.conditions);
						expect(await offeredIds(line, registration)).toEqual(expected);
					}
				}),
				{ numRuns },
			);
		});
	});
}
