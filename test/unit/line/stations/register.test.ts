import { expect, test } from "bun:test";
import { InMemoryStationDirectory } from "../../../../src/line/stations/in-memory.ts";
import { register } from "../../../../src/line/stations/register.ts";
import { conditionsFrom } from "../../../support/batch-reference.ts";

const station = { component: "Sample", conditions: conditionsFrom({ past: ["A"] }) };

test("what a line needs is made for a new station, and once an hour for one that is known", async () => {
	const directory = new InMemoryStationDirectory();
	let prepared = 0;
	const prepare = async () => {
		prepared += 1;
	};
	await register(directory, station, { prepare });
	expect(prepared).toBe(1);
	await register(directory, station, { prepare });
	expect(prepared).toBe(1);
	const registry = await directory.registry();
	const used = new Date(Date.now() - 3_600_001);
	await directory.replace({ ...registry, stations: registry.stations.map((it) => ({ ...it, used })) });
	expect((await register(directory, station, { prepare })).isNew).toBe(false);
	expect(prepared).toBe(2);
});
