import { expect, test } from "bun:test";
import { admitJobs } from "../../../../src/enumeration/produce/headroom.ts";
import { takeOver } from "../../../../src/enumeration/produce/producer.ts";
import { MemoryCollection, MemoryStencils } from "../../../../src/enumeration/stencils/in-memory.ts";
import { MemoryJobs } from "../../../../src/enumeration/stencils/in-memory-jobs.ts";
import { shownState } from "../../../../src/enumeration/stencils/ports.ts";
import { stencilIdOf, stencilsUpTo } from "../../../../src/enumeration/stencils/stencils.ts";
import { someTangles } from "../../../support/damaged-collection.ts";
import { memoryProducer } from "../../../support/memory-producer.ts";

const ID = stencilIdOf({ rootstockTcn: 1, scionTcn: 2 });

async function scene(enqueued: number) {
	const collection = MemoryCollection.fresh(3, stencilsUpTo(3));
	const store = new MemoryStencils(collection);
	const jobs = new MemoryJobs(someTangles());
	const counted: number[] = [];
	const states: string[] = [];
	const queue = jobs.queue(
		() => {},
		() => {
			const [stencil] = collection.stencilsInOrder();
			if (stencil !== undefined) states.push(shownState(stencil));
			// Workers finish four jobs between two looks.
			if (states.length > 1) jobs.bury(4);
		},
	);
	const settings = { headroom: 20, window: 2, chunk: 3 };
	const { producer, events } = memoryProducer({ store, tangles: someTangles(), queue, settings });
	const atWork = await takeOver(producer);
	await atWork.term.claim(ID);
	await queue.push(Array.from({ length: enqueued }, () => ["a", 1, "b", 2, 2] as const));
	return { admit: () => admitJobs(atWork, ID, (count) => counted.push(count)), counted, states, events, collection };
}

test("with room, all of it may be pushed at once, and at least a window of chunks", async () => {
	const empty = await scene(4);
	expect(await empty.admit()).toBe(16);
	const nearlyFull = await scene(19);
	expect(await nearlyFull.admit()).toBe(6);
	expect([empty.events, nearlyFull.counted]).toEqual([[], [19]]);
});

test("a full queue is waited for until half of the headroom is free; the stencil rests meanwhile", async () => {
	const { admit, counted, states, events, collection } = await scene(21);
	expect(await admit()).toBe(11);
	expect(counted).toEqual([21, 17, 13, 9]);
	expect(states).toEqual(["started", "no_headroom", "no_headroom", "no_headroom"]);
	expect(collection.stencilsInOrder().map(shownState)).toEqual(["started"]);
	expect(events.map((event) => event.event === "waiting" && [event.for, event.enqueued])).toEqual([
		["headroom", 21],
		["headroom", 17],
		["headroom", 13],
	]);
});
