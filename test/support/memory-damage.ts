import type { MemoryCollection } from "../../src/enumeration/stencils/in-memory.ts";
import type { MemoryJobs } from "../../src/enumeration/stencils/in-memory-jobs.ts";
import { STATE } from "../../src/enumeration/stencils/ports.ts";
import type { Random } from "./random.ts";

interface Place {
	readonly collection: MemoryCollection;
	readonly jobs: MemoryJobs;
	readonly random: Random;
}

/** What may befall an enumeration. */
export interface Damage {
	readonly name: string;
	/** `person`: a run may say 65, since a person has to say what was meant. `nobody`: the runs after it repair it. */
	readonly needs: "nobody" | "person";
	/** Jobs are lost. */
	readonly loses?: true;
	/** A count goes that would tell of a loss: of the two together nobody could know. */
	readonly hides?: true;
	readonly done: (place: Place) => void;
}

const stencilsOf = ({ collection }: Place) => [...collection.stencils.values()].map((it) => collection.sound(it));
const any = (place: Place) => place.random.of(stencilsOf(place));

export const DAMAGES: readonly Damage[] = [
	{
		name: "a stencil is deleted",
		needs: "nobody",
		hides: true,
		done: (place) => void place.collection.stencils.delete(any(place)?.id ?? ""),
	},
	{
		name: "a stencil is new again",
		needs: "nobody",
		done: (place) => place.collection.change(any(place)?.id ?? "", { state: STATE.new }),
	},
	{
		name: "a stencil is started again, or no_headroom",
		needs: "nobody",
		done: (place) =>
			place.collection.change(any(place)?.id ?? "", {
				state: place.random.chance(0.5) ? STATE.started : STATE.noHeadroom,
			}),
	},
	{
		name: "a half-pushed stencil says that it is complete",
		needs: "nobody",
		done: (place) => {
			const stencil = any(place);
			if (stencil?.cursor?.pair !== undefined) place.collection.change(stencil.id, { state: STATE.complete });
		},
	},
	{
		name: "a cursor is gone",
		needs: "nobody",
		done: (place) => {
			const stencil = any(place);
			// That of one that says it is complete is what tells that it is not.
			if (stencil !== undefined && stencil.state !== STATE.complete) {
				place.collection.change(stencil.id, { cursor: undefined });
			}
		},
	},
	{
		name: "a cursor names what is no tangle",
		needs: "nobody",
		done: (place) =>
			place.collection.change(any(place)?.id ?? "", {
				cursor: { rootstock: place.random.id(), scion: place.random.id(), pair: place.random.below(20) },
			}),
	},
	{
		name: "a cursor is moved to another pair",
		needs: "nobody",
		done: (place) => {
			const { collection, random } = place;
			const cursors = stencilsOf(place).filter(({ cursor }) => cursor !== undefined);
			const [one, other] = [random.of(cursors), random.of(cursors)];
			if (one?.cursor === undefined || other?.cursor === undefined) return;
			collection.change(one.id, { cursor: { ...other.cursor, pair: one.cursor.pair } });
		},
	},
	{
		name: "a cursor is another stencil's",
		needs: "nobody",
		done: (place) => {
			const cursor = any(place)?.cursor;
			if (cursor !== undefined) place.collection.change(any(place)?.id ?? "", { cursor });
		},
	},
	{
		name: "a stencil is there twice",
		needs: "person",
		done: (place) => {
			const stencil = any(place);
			if (stencil !== undefined) place.collection.add(stencil, place.random.id(), 0);
		},
	},
	{
		name: "current_completed_tcn is less",
		needs: "person",
		done: ({ collection, random }) => {
			const { completedTcn } = collection.enumeration();
			collection.configure({ completedTcn: Math.max(1, completedTcn - 1 - random.below(2)) });
		},
	},
	{
		name: "current_completed_tcn is more",
		needs: "nobody",
		done: ({ collection, random }) => {
			const { stencils } = collection;
			const config = collection.enumeration();
			const upTo = Math.min(config.maxTcn, config.completedTcn + 1 + random.below(2));
			const passed = Array.from({ length: upTo - config.completedTcn }, (_, at) => config.completedTcn + 1 + at);
			const open = new Set(
				[...stencils.values()].filter(({ state }) => state !== STATE.complete).map(({ tcn }) => tcn),
			);
			// Of a TCN with neither an open stencil nor counters it is a person's word, which is believed.
			const isSeen = passed.every((tcn) => tcn === 2 || open.has(tcn) || config.baseline?.tcn === tcn);
			if (isSeen) collection.configure({ completedTcn: upTo });
		},
	},
	{
		name: "the counters are others",
		needs: "person",
		hides: true,
		done: ({ collection, random }) => {
			const known = collection.enumeration().baseline;
			if (known === undefined) return;
			const baseline = { ...known, processed: random.below(200), failed: random.below(3) };
			collection.configure({ baseline });
		},
	},
	{
		name: "a count of jobs is another",
		needs: "person",
		hides: true,
		done: (place) => {
			const stencil = any(place);
			const { progress } = stencil ?? {};
			if (stencil === undefined || progress === undefined) return;
			place.collection.change(stencil.id, { progress: { ...progress, pushed: place.random.below(100) } });
		},
	},
	{ name: "the job server is flushed", needs: "person", loses: true, done: ({ jobs }) => jobs.flush() },
	{ name: "dead jobs are deleted", needs: "person", loses: true, done: ({ jobs }) => jobs.discardDead() },
	{ name: "jobs fail for good", needs: "nobody", done: ({ jobs, random }) => jobs.bury(1 + random.below(5)) },
	{ name: "dead jobs are tried again", needs: "nobody", done: ({ jobs }) => jobs.requeueDead() },
];
