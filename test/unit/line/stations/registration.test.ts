import { afterEach, expect, jest, test } from "bun:test";
import { Fault } from "../../../../src/base/fault.ts";
import { InMemoryStationDirectory } from "../../../../src/line/stations/in-memory.ts";
import { joinStation } from "../../../../src/line/stations/join-station.ts";
import { noteRun } from "../../../../src/line/stations/note-run.ts";
import { register } from "../../../../src/line/stations/register.ts";
import { registered } from "../../../../src/line/stations/registration.ts";
import { EMPTY_REGISTRY, keyOf } from "../../../../src/line/stations/station.ts";
import { at, conditionsFrom } from "../../../support/batch-reference.ts";

afterEach(() => {
	jest.useRealTimers();
});

const HOUR_MS = 3_600_000;
const later = (ms: number) => new Date(at(0).getTime() + ms);
const sampling = { component: "Sample", conditions: conditionsFrom({ past: ["A"], future: ["B", "C"] }) };

test("a key depends on the component and on what is asked, not on how it is written", () => {
	const key = keyOf(sampling);
	expect(keyOf({ ...sampling, conditions: conditionsFrom({ past: ["A", "A"], future: ["C", "B"] }) })).toBe(key);
	const others = [{ past: ["B"] }, { past: ["A"], future: ["B"] }, { past: ["A"], old: ["B", "C"] }, { types: ["A"] }];
	const keys = [{ unless: ["S"] }, ...others].map((asks) =>
		keyOf({ ...sampling, conditions: conditionsFrom({ past: ["A"], future: ["B", "C"], ...asks }) }),
	);
	expect(new Set([key, keyOf({ ...sampling, component: "Other" }), ...keys]).size).toBe(7);
});

test("a new station raises the generation, a known one does not; it is written once an hour", () => {
	const first = registered(EMPTY_REGISTRY, sampling, at(0));
	expect(first).toMatchObject({ isNew: true, own: { since: 1 }, registry: { generation: 1 } });
	expect(first.registry.id).toMatch(/^[0-9a-f]{12}$/);
	const soon = registered(first.registry, sampling, later(HOUR_MS - 1));
	expect(soon.registry).toBe(first.registry);
	const hour = registered(first.registry, sampling, later(HOUR_MS));
	expect(hour).toMatchObject({ isNew: false, registry: { generation: 1 } });
	expect(hour.registry.stations.map(({ used }) => used)).toEqual([later(HOUR_MS)]);
	const other = registered(hour.registry, { ...sampling, component: "Other" }, later(HOUR_MS));
	expect(other).toMatchObject({ own: { since: 2 }, registry: { generation: 2, id: first.registry.id } });
});

test("conditions that are left behind leave after a day, and come back as new ones", () => {
	const old = registered(EMPTY_REGISTRY, sampling, at(0));
	const changed = { ...sampling, conditions: conditionsFrom({ past: ["B"] }) };
	const soon = registered(old.registry, changed, later(HOUR_MS));
	expect(soon.registry.stations.length).toBe(2);
	const day = registered(soon.registry, changed, later(25 * HOUR_MS));
	expect(day.registry.stations.map(({ key }) => key)).toEqual([keyOf(changed)]);
	expect(registered(day.registry, sampling, later(26 * HOUR_MS))).toMatchObject({ isNew: true, own: { since: 3 } });
});

test("twenty hosts at once: each station once, each with a generation of its own", async () => {
	const directory = new InMemoryStationDirectory();
	const all = Array.from({ length: 20 }, (_, n) => ({ ...sampling, component: `C${n % 10}` }));
	let prepared = 0;
	const prepare = async () => {
		prepared += 1;
	};
	const made = await Promise.all(all.map((station) => register(directory, station, { prepare })));
	const { stations, generation, version } = await directory.registry();
	expect([stations.length, generation, version]).toEqual([10, 10, 10]);
	expect(new Set(made.map(({ own }) => own.since)).size).toBe(10);
	expect(prepared).toBeGreaterThanOrEqual(10);
});

test("another host's conditions are told while it runs, not those that it had before", async () => {
	jest.useFakeTimers();
	const directory = new InMemoryStationDirectory();
	const run = { ...sampling, event: "B", version: "1.0" };
	const changed = { ...run, conditions: conditionsFrom({ past: ["A"] }) };
	const begin = async (host: string, what: typeof run) => {
		const joined = await joinStation(directory, { ...what, host }, {});
		await directory.note(joined.run);
		jest.advanceTimersByTime(2);
		return joined.remarks;
	};
	expect(await begin("one", run)).toEqual([]);
	expect(await begin("two", run)).toEqual([]);
	// The other host has not run since: it may get the same before it does.
	expect(await begin("one", changed)).toEqual([
		expect.stringContaining("have changed since its last run: future [], not [B, C]"),
	]);
	expect(await begin("two", run)).toEqual([expect.stringMatching(/^on one .* here future \[B, C\], not \[\] there$/)]);
	expect(await begin("one", changed)).toEqual([
		expect.stringMatching(/^on two it has other conditions .* future \[\], not \[B, C\] there$/),
	]);
	expect(await begin("two", changed)).toEqual([expect.stringContaining("have changed")]);
	expect(await begin("one", changed)).toEqual([]);
});

test("a run's end is noted, also where it fails; what keeps the note from being written does not hide why", async () => {
	const directory = new InMemoryStationDirectory();
	const { run } = await joinStation(directory, { ...sampling, host: "one", event: "B", version: "1.0" }, {});
	const noted = async () => (await directory.runs("Sample"))[0];
	const missed: unknown[] = [];
	const miss = (error: unknown) => void missed.push(error);
	await noteRun(directory, run, async () => {}, miss);
	expect(await noted()).toMatchObject({ outcome: "nothing ready", end: expect.any(Date) });
	await noteRun(directory, run, async (began) => began(), miss);
	expect(await noted()).toMatchObject({ outcome: "worked" });
	const failing = async () => {
		throw new Fault("failed", "1 of 2 batches failed");
	};
	await expect(noteRun(directory, run, failing, miss)).rejects.toThrow("1 of 2 batches failed");
	expect(await noted()).toMatchObject({ outcome: "failed" });
	expect(missed).toEqual([]);
	const down = new InMemoryStationDirectory(() => {
		throw new Fault("unreachable", "down");
	});
	await expect(noteRun(down, run, failing, miss)).rejects.toThrow("1 of 2 batches failed");
	expect(missed).toEqual([expect.objectContaining({ message: "down" })]);
	await expect(noteRun(down, run, async () => {}, miss)).rejects.toThrow("down");
});
