import { afterEach, expect, expectTypeOf, jest, spyOn, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import type { Status } from "../../../src/commands/status/status.ts";
import type { QueueDocument } from "../../../src/enumeration/stencils/documents.ts";
import { Hub } from "../../../src/web/hub.ts";
import { liveStream } from "../../../src/web/live.ts";
import type { LookSources } from "../../../src/web/sources.ts";
import { faultsIn, statusOf } from "../../../src/web/status-of.ts";

afterEach(() => {
	jest.useRealTimers();
});

const QUEUE: QueueDocument = {
	...{
		name: "q",
		enqueued: 1,
		scheduled: 0,
		retries: 0,
		working: 0,
		oldest_seconds: null,
		workers: 2,
		dead: 0,
		processed: 0,
		failed: 0,
	},
	paused: "no",
};
const STATION = {
	component: "Sample",
	ready: 1,
	working: 0,
	failed: 0,
	oldest: null,
	last_run: null,
	event: null,
	not_run_since: null,
};
const HOLDER = {
	node: "/Sample/B1-RT1/x",
	layer: "flat",
	kind: "tangles",
	holder: "h:1 u",
	since: "-",
	token: "1",
	session: "0",
} as const;
const COUNTS = {
	tangles: 1,
	curator_flat: 0,
	curator_v2: 0,
	foreign: 0,
	leftover: 0,
	not_readable: 0,
	free: 0,
	waiting: 0,
};
const LOCKS = {
	root: "/",
	locks: [{ path: "/Sample/B1-RT1", holders: [HOLDER], waiting: 0 }],
	not_readable: [],
	counts: COUNTS,
	queues: [],
};

function sources(change: Partial<LookSources> = {}): LookSources {
	return {
		enumeration: async () => null,
		queue: async () => QUEUE,
		locks: async () => LOCKS,
		line: async () => [STATION],
		findings: async () => ({ failed: 0, warned: 0, lines: [] }),
		overdue: async () => ({ overdue: [], more: false }),
		...change,
	};
}

function hubOf(change: Partial<LookSources>, { everyMs = 60_000, limitMs = 10_000 } = {}): Hub {
	const fail = (error: unknown) => {
		throw error;
	};
	const keeping = { limitMs, unforeseen: fail, stop: new AbortController().signal, memory: { look() {} } };
	return new Hub(sources(change), { everyMs, ...keeping });
}

test("all who ask between two answers of the servers are given the same look", async () => {
	let asked = 0;
	const queue = async () => {
		asked += 1;
		return { ...QUEUE, processed: asked };
	};
	const hub = hubOf({ queue });
	const looks = await Promise.all(Array.from({ length: 200 }, () => hub.latest()));
	expect(new Set([...looks, await hub.latest()]).size).toBe(1);
	const hurried = hubOf({ queue }, { everyMs: 0 });
	const [first, second] = [await hurried.latest(), await hurried.latest()];
	expect(second).not.toBe(first);
	expect([first, second].map((look) => look.queue?.value?.processed)).toEqual([2, 3]);
});

test("a look has what each server says; what is worked on at a station is told by the locks", async () => {
	const look = await hubOf({}).latest();
	expect(look.line?.value).toEqual([{ ...STATION, working: 1 }]);
	// The verb's own type: the compiler refuses a document that is another.
	const status: Status = statusOf(look);
	expectTypeOf<keyof ReturnType<typeof statusOf>>().toEqualTypeOf<keyof Status>();
	expect(status).toMatchObject({ enumeration: null, queue: QUEUE, locks: COUNTS, errors: [] });
	expect(faultsIn(look)).toEqual([]);
});

test("200 readers of one look ask each server once", async () => {
	let asked = 0;
	const count = async () => {
		asked += 1;
		return QUEUE;
	};
	const hub = hubOf({ queue: count });
	await Promise.all(Array.from({ length: 200 }, () => hub.latest()));
	expect(asked).toBe(1);
});

test("one mute server holds up nothing of the others for longer than the limit, and its fault is in the look", async () => {
	const hub = hubOf({ locks: () => new Promise(() => {}) }, { limitMs: 30 });
	const look = await hub.latest();
	expect(look.locks?.fault?.message).toBe("no answer within 0.03 s");
	expect(look.queue?.value).toEqual(QUEUE);
	expect(statusOf(look)).toMatchObject({ locks: null, errors: [{ part: "locks", error: "no answer within 0.03 s" }] });
});

test("a part whose server is not configured is not there; it is no fault", async () => {
	const look = await hubOf({ queue: undefined, overdue: undefined }).latest();
	expect(look.queue).toBeUndefined();
	expect(look.overdue).toBeUndefined();
	expect(statusOf(look)).toMatchObject({ queue: null, errors: [] });
});

test("readers are told of each look that differs, and of no other; without readers no server is asked", async () => {
	const enqueued = [1, 1, 1, 2, 2];
	let asked = 0;
	const third = Promise.withResolvers<void>();
	const queue = async () => {
		asked += 1;
		if (asked > enqueued.length) third.resolve();
		return { ...QUEUE, oldest_seconds: 1000 + asked, enqueued: enqueued[asked - 1] ?? 2 };
	};
	const hub = hubOf({ queue }, { everyMs: 5 });
	const told: (number | undefined)[] = [];
	const off = hub.subscribe((look) => told.push(look.queue?.value?.enqueued));
	await third.promise;
	off();
	expect(told).toEqual([1, 2]);
	expect(hub.readers).toBe(0);
	const before = asked;
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(asked).toBe(before);
});

test("servers are asked at each tick, also where its timer is a little early", async () => {
	jest.useFakeTimers();
	using clock = spyOn(performance, "now");
	let asked = 0;
	const queue = async () => {
		asked += 1;
		return QUEUE;
	};
	const off = hubOf({ queue }, { everyMs: 1000 }).subscribe(() => {});
	const times: number[] = [];
	for (const now of [1000.1, 2000, 2999.9, 4000.2]) {
		clock.mockReturnValue(now);
		jest.advanceTimersByTime(1000);
		for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
		times.push(asked);
	}
	off();
	expect(times).toEqual([1, 2, 3, 4]);
});

test("the age of the oldest job alone is news once it has grown by about a tenth", async () => {
	const ages = [60, 61, 62, 120, 121];
	let asked = 0;
	const last = Promise.withResolvers<void>();
	const queue = async () => {
		asked += 1;
		if (asked > ages.length) last.resolve();
		return { ...QUEUE, oldest_seconds: ages[asked - 1] ?? 121 };
	};
	const told: (number | null | undefined)[] = [];
	const off = hubOf({ queue }, { everyMs: 5 }).subscribe((look) => told.push(look.queue?.value?.oldest_seconds));
	await last.promise;
	off();
	expect(told).toEqual([60, 120]);
});

test("the pace is that of the server's counters, and begins anew where they went back", async () => {
	jest.useFakeTimers();
	const counters = [10, 30, 5];
	const hub = hubOf({ queue: async () => ({ ...QUEUE, processed: counters.shift() ?? 5 }) }, { everyMs: 0 });
	expect((await hub.latest()).pace).toBeUndefined();
	jest.advanceTimersByTime(2000);
	expect((await hub.latest()).pace?.jobs_per_second).toBe(10);
	jest.advanceTimersByTime(2000);
	expect((await hub.latest()).pace).toBeUndefined();
});

test("the stream of a reader that takes nothing asks for nothing and keeps nothing; one that leaves is forgotten", async () => {
	let enqueued = 0;
	const hub = hubOf(
		{
			queue: async () => {
				enqueued += 1;
				return { ...QUEUE, enqueued };
			},
		},
		{ everyMs: 2 },
	);
	const stop = new AbortController();
	const idle = liveStream(hub, stop.signal);
	expect(hub.readers).toBe(0);
	const reader = liveStream(hub, stop.signal).getReader();
	const text = async () => new TextDecoder().decode((await reader.read()).value);
	expect(await text()).toBe("retry: 3000\n\n");
	expect(hub.readers).toBe(1);
	expect(await text()).toMatch(/^id: (\d+)\nevent: look\ndata: {"number":\1}\n\n$/);
	// A slow reader misses what came meanwhile, and is told the newest.
	const before = enqueued;
	while (enqueued < before + 5) await new Promise((resolve) => setImmediate(resolve));
	const [, number = ""] = /^id: (\d+)/.exec(await text()) ?? [];
	expect(Number(number)).toBeGreaterThan(before + 3);
	await reader.cancel();
	expect(hub.readers).toBe(0);
	await idle.cancel();
	const last = liveStream(hub, stop.signal).getReader();
	await last.read();
	stop.abort(new Fault("terminate", "stopped"));
	while (!(await last.read()).done);
	expect(hub.readers).toBe(0);
});
