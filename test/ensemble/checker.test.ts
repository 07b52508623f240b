import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "./checker/findings.ts";
import { gather, parseHistory } from "./checker/history.ts";
import { MadeHistory } from "./checker/made-history.ts";
import { summary } from "./checker/summary.ts";

/** What the checker finds in a made history. */
function found(make: (made: MadeHistory) => void) {
	const made = new MadeHistory();
	make(made);
	made.over(100_000);
	return judge(gather(parseHistory(made.text)));
}

/** The nodes of a tangles section: both layers, of one session. */
const both = (flat: number, lease: number) => ({
	flat: [{ czxid: flat, owner: "t" }],
	lease: [{ czxid: lease, owner: "t" }],
});

test("sections one after another are no overlap, whatever their order in the file", () => {
	const { overlaps, violations } = found((made) => {
		made.section({ token: 20, begin: 2000, last: 3000, seen: { at: 2010, ...both(19, 20) } });
		made.section({ token: 10, begin: 1000, last: 2000, seen: { at: 1010, ...both(9, 10) } });
	});
	expect(overlaps).toEqual([]);
	expect(violations).toEqual([]);
});

test("work that was stopped before the other began, and killed later, is no overlap", () => {
	const { overlaps } = found((made) => {
		made.section({ token: 10, begin: 1000, last: 2000, killed: true });
		made.section({ token: 20, begin: 2001, last: 3000 });
	});
	expect(overlaps).toEqual([]);
});

test("work that was stopped and goes on after the other began is an overlap, however late", () => {
	const { overlaps } = found((made) => {
		const id = made.section({ token: 10, begin: 1000, last: 2000, killed: true });
		made.section({ token: 20, begin: 3000, last: 9000 });
		made.events.push({ at: 5000, event: "tick", section: id });
	});
	expect(overlaps.map(({ ms, ours, by }) => ({ ms, ours, by }))).toEqual([{ ms: 2000, ours: true, by: "tokens" }]);
});

test("other locks do not overlap; flat and v2 of others do not exclude each other", () => {
	const { overlaps } = found((made) => {
		made.section({ begin: 1000, last: 3000, lock: "/a" });
		made.section({ begin: 2000, last: 4000, lock: "/b" });
		made.section({ begin: 5000, last: 7000, kind: "curator-1.3.3" });
		made.section({ begin: 6000, last: 8000, kind: "curator-5.9.0" });
		made.section({ begin: 8500, last: 9000, kind: "kazoo", lock: "/c" });
		made.section({ begin: 8600, last: 9000, kind: "curator-5.9.0", lock: "/c" });
	});
	expect(overlaps).toEqual([]);
});

test("a long section overlaps each one that begins in it, not only the next", () => {
	const { overlaps } = found((made) => {
		made.section({ token: 10, begin: 1000, last: 9000 });
		made.section({ token: 20, begin: 2000, last: 2500 });
		made.section({ token: 30, begin: 3000, last: 3500 });
	});
	expect(overlaps.map(({ later }) => later.token)).toEqual([20, 30]);
	expect(overlaps.map(({ ms }) => ms)).toEqual([500, 500]);
});

test.each([
	["its node is gone and it runs on: the earlier", { at: 2010, ...both(19, 20) }, "curator-5.9.0", "nodes"],
	["its node is there: the later came in", { at: 2010, flat: [19], lease: [10, 20] }, "tangles", "nodes"],
	[
		"its node is gone, it ended before that was seen: by tokens",
		{ at: 2600, ...both(19, 20) },
		"curator-5.9.0",
		"tokens",
	],
	["the leader could not be asked: by tokens", undefined, "curator-5.9.0", "tokens"],
] as const)("a Curator ran beside a later tangles; %s", (_, seen, violator, by) => {
	const { overlaps } = found((made) => {
		made.section({ kind: "curator-5.9.0", token: 10, begin: 1000, last: 2500 });
		made.section({ token: 20, begin: 2000, last: 4000, ...(seen === undefined ? {} : { seen }) });
	});
	expect(overlaps).toMatchObject([{ violator: { kind: violator }, by, ours: violator === "tangles" }]);
});

test("a Curator that enters with an old node while tangles holds is to blame, by nodes and by tokens", () => {
	const entering = (seen: {
		at: number;
		flat: { czxid: number; owner: string }[];
		lease: { czxid: number; owner: string }[];
	}) =>
		found((made) => {
			made.section({ token: 20, begin: 1000, last: 5000, seen: { at: 1010, ...both(19, 20) } });
			made.section({ kind: "curator-5.9.0", token: 10, begin: 2000, last: 3000, seen });
		}).overlaps;
	expect(entering({ at: 2010, ...both(19, 20) })).toMatchObject([
		{ violator: { token: 10 }, by: "nodes", ours: false },
	]);
	expect(entering({ at: 6000, flat: [], lease: [] })).toMatchObject([
		{ violator: { token: 10 }, by: "tokens", ours: false },
	]);
});

test("a node in another layer holds nothing: tangles without a lease is to blame beside a Curator of v2", () => {
	const { overlaps } = found((made) => {
		made.section({ token: 10, begin: 1000, last: 5000, seen: { at: 1010, flat: [10] } });
		made.section({
			kind: "curator-5.9.0",
			token: 20,
			begin: 2000,
			last: 3000,
			seen: { at: 2010, flat: [10], lease: [20] },
		});
	});
	expect(overlaps).toMatchObject([{ violator: { kind: "tangles" }, by: "nodes", ours: true }]);
});

test("without nodes and tokens everybody is under suspicion, tangles too", () => {
	const { overlaps, violations } = found((made) => {
		made.section({ begin: 1000, last: 3000, kind: "kazoo" });
		made.section({ begin: 2000, last: 4000 });
	});
	expect(overlaps).toMatchObject([{ violator: undefined, by: "nothing", ours: true }]);
	expect(violations).toContain("1 overlaps of ours");
});

test("the flat layers of tangles and of an old Curator are compared by flat nodes, not by the lease", () => {
	const { overlaps, disorders } = found((made) => {
		// The Curator queued after tangles' flat node and before its lease: 9 < 12 < 20.
		made.section({ token: 20, begin: 1000, last: 2500, seen: { at: 1010, ...both(9, 20) } });
		made.section({ kind: "curator-1.3.3", token: 12, begin: 2000, last: 3000 });
	});
	expect(disorders).toEqual([]);
	expect(overlaps).toMatchObject([{ violator: { kind: "tangles" }, by: "tokens", ours: true }]);
});

test("tokens out of order are found in each layer, and are the fault of the late one", () => {
	const { disorders, violations } = found((made) => {
		made.section({ token: 30, begin: 1000, last: 1100 });
		made.section({ token: 20, begin: 2000, last: 2100 });
		made.section({ kind: "curator-5.9.0", token: 25, begin: 3000, last: 3100 });
		made.section({ token: 40, begin: 4000, last: 4100 });
		made.section({ token: 40, begin: 5000, last: 5100 });
		made.section({ token: 10, begin: 6000, last: 6100, lock: "/b" });
	});
	expect(disorders.map(({ later, ours }) => [later.token, ours])).toEqual([
		[20, true],
		[25, false],
		[40, true],
	]);
	expect(violations).toContain("2 tokens of ours out of order");
});

test("an increment is lost where a section writes over what another has written since it read", () => {
	const { increments, violations } = found((made) => {
		made.section({ token: 10, begin: 1000, last: 1900, from: 0 });
		made.section({ token: 20, begin: 2000, last: 5000, from: 1 });
		made.section({ kind: "curator-5.9.0", token: 30, begin: 3000, last: 3500, from: 1 });
		made.section({ kind: "curator-5.9.0", token: 40, begin: 4000, last: 4500, from: 2 });
		// It reads what the stale write has left: no loss of its own, although 3 was written before.
		made.section({ kind: "curator-5.9.0", token: 50, begin: 6000, last: 6500, from: 2 });
		made.section({ kind: "kazoo", token: 61, begin: 7000, last: 7500, from: 2 });
	});
	expect(increments.map(({ layer, value, violator, ours }) => [layer, value, violator?.token, ours])).toEqual([
		["lease", 2, 20, true],
		["lease", 3, 20, true],
	]);
	expect(violations).toContain("2 increments lost by us");
});

test("a section of tangles that runs on while a node is missing has no lock", () => {
	const { nodes, violations } = found((made) => {
		made.section({ token: 10, begin: 1000, last: 2000, seen: { at: 1010, ...both(9, 10) } });
		made.section({ token: 20, begin: 2100, last: 3000, seen: { at: 2110, lease: [20] } });
		made.section({ token: 30, begin: 3100, last: 3900, seen: { at: 3110, flat: [29], lease: [30] } });
		made.section({ token: 40, begin: 4000, last: 4100, seen: { at: 4200 } });
		made.section({ token: 50, begin: 5000, last: 5100 });
		made.section({ kind: "kazoo", token: 60, begin: 6000, last: 6100, seen: { at: 6010 } });
	});
	expect(nodes).toMatchObject({ both: 1, notSeen: 2, without: [{ token: 20 }, { token: 30 }] });
	expect(violations).toContain("2 sections of tangles without both nodes");
});

test("nodes that are left, and a run without an end, are violations", () => {
	const made = new MadeHistory();
	made.section({ token: 10, begin: 1000, last: 2000 });
	expect(judge(gather(made.events)).violations).toEqual(["the run did not come to its end"]);
	made.over(3000, ["/a/_c_x-lock-0000000000"]);
	expect(judge(gather(made.events)).violations).toEqual(["1 nodes left"]);
});

/** Sections of 400 ms from 0 s on, each 500 ms, but none between two times. */
function steady(made: MadeHistory, gap: readonly [number, number], lock = "/a"): void {
	for (let begin = 0, token = 1; begin < 99_900; begin += 500, token += 1) {
		if (begin + 400 <= gap[0] || begin >= gap[1]) made.section({ begin, last: begin + 400, token, lock });
	}
}

/** The waits by kind, for one fault and one gap. */
function waits(fault: Parameters<MadeHistory["fault"]>, gap: readonly [number, number]) {
	const { progress } = found((made) => {
		made.fault(...fault);
		steady(made, gap);
	});
	return progress.map((one) => [one.kind, ...one.waits]);
}

test("the time to the next section counts from the fault's begin, or from the last section in it", () => {
	expect(waits(["kill-follower", 10_000, 20_000], [9000, 13_000])).toEqual([["kill-follower", 3000]]);
	expect(waits(["kill-follower", 10_000, 20_000], [15_000, 17_000])).toEqual([["kill-follower", 2100]]);
});

test("the first gap behind a fault is on its account, a later one is not", () => {
	expect(waits(["client-kill", 10_100, 10_101], [10_500, 15_500])).toEqual([["client-kill", 5100]]);
	expect(waits(["client-kill", 10_100, 10_101], [12_000, 15_500])).toEqual([["client-kill", 100]]);
});

test("while the servers have no leader nobody can be given a lock: time counts from the next leader", () => {
	expect(waits(["kill-leader", 10_000, 20_000, 12_000], [10_000, 16_500])).toEqual([["kill-leader", 4500]]);
});

test("a gap that lasts into the next fault counts there, and before only where it was too long already", () => {
	const into = (second: number) =>
		found((made) => {
			made.fault("client-kill", 10_100, 10_101);
			made.fault("cut-follower", second, second + 1);
			steady(made, [10_500, 23_000]);
		}).progress.map((one) => [one.kind, ...one.waits]);
	expect(into(15_000)).toEqual([["client-kill"], ["cut-follower", 8000]]);
	expect(into(18_000)).toEqual([
		["client-kill", 7600],
		["cut-follower", 5000],
	]);
});

test("each lock stands still for itself, and longer than session and 3 s is a violation", () => {
	const { progress, violations } = found((made) => {
		made.fault("kill-follower", 10_000, 11_000);
		steady(made, [0, 0], "/a");
		steady(made, [10_000, 17_500], "/b");
	});
	expect(progress).toMatchObject([{ waits: [100, 7500], faults: 1 }]);
	expect(violations).toEqual(["kill-follower: the next section after 7500 ms, more than 7000"]);
});

test.each([
	["a Curator's flat node", { flat: [{ czxid: 8, owner: "s7" }] }, true],
	["a Curator's lease", { flat: [{ czxid: 9, owner: "t" }], lease: [{ czxid: 8, owner: "s7" }] }, true],
	["a Curator's mutex", { flat: [{ czxid: 9, owner: "t" }], mutex: [{ czxid: 8, owner: "s7" }] }, true],
	["a node of nobody that is known", { flat: [{ czxid: 8, owner: "x" }] }, false],
	[
		"a Curator behind it",
		{
			flat: [
				{ czxid: 8, owner: "t" },
				{ czxid: 9, owner: "s7" },
			],
		},
		false,
	],
] as const)("whose node stands in the way of a lock is to blame: %s", (_, nodes, ofOthers) => {
	const make = (looks: readonly [number, number]) =>
		found((made) => {
			made.section({
				kind: "curator-5.9.0",
				lock: "/b",
				token: 7,
				begin: 100,
				last: 200,
				seen: { at: 150, lease: [7] },
			});
			made.section({ kind: "kazoo", lock: "/b", token: 8, begin: 300, last: 100_000 });
			made.fault("kill-follower", 10_000, 11_000);
			steady(made, [10_000, 19_500]);
			made.look("/a", looks, nodes);
		}).progress[0];
	expect(make([10_000, 19_000])).toMatchObject(
		ofOthers ? { waits: [0], waitsForOthers: [9500] } : { waits: [0, 9500], waitsForOthers: [] },
	);
	// The rest of the wait is ours, and it alone was too long.
	expect(make([10_000, 12_000])).toMatchObject({ waits: [0, 9500], waitsForOthers: [] });
	// Seen once is not seen to stay.
	expect(make([16_000, 16_000])).toMatchObject({ waits: [0, 9500], waitsForOthers: [] });
});

test("a node that one server alone shows is the server's, as long as it shows it", () => {
	const make = (until: number) =>
		found((made) => {
			made.fault("stop-follower", 10_000, 11_000);
			steady(made, [10_000, 19_500]);
			for (let at = 14_000; at <= until; at += 1000) {
				made.events.push({ at, event: "ghost", server: 1, lock: "/a", path: "/a/x-lock-0", since: 11_000 });
			}
		}).progress[0];
	expect(make(19_000)).toMatchObject({ waits: [], waitsForServers: [9500] });
	expect(make(16_000)).toMatchObject({ waits: [9500], waitsForServers: [] });
});

test("a lock that stands still to the end is found too", () => {
	const { violations } = found((made) => {
		made.fault("kill-follower", 80_000, 81_000);
		steady(made, [80_000, 200_000]);
	});
	expect(violations).toEqual(["kill-follower: the next section after 20000 ms, more than 7000"]);
});

test("a history that is none is refused in words", () => {
	expect(() => parseHistory('{"at":1}\nnone\n')).toThrow("line 2 of the history is not an event: none");
	expect(() => gather([])).toThrow("no line that says how it was run");
	const made = new MadeHistory();
	made.events.push({ at: 5, event: "tick", section: "x" });
	expect(() => gather(made.events)).toThrow("section x never began");
	made.events.splice(1, 1, { at: 5, event: "fault-begin", number: 1, fault: "x", on: "y", dethrones: false });
	expect(() => gather(made.events)).toThrow("fault 1, x, never ended");
});

test("the summary has a line a kind of fault, the sums, and each violation", () => {
	const made = new MadeHistory();
	made.fault("kill-leader", 10_000, 12_000, 11_000);
	made.section({ token: 10, begin: 1000, last: 15_000, seen: { at: 1010, ...both(9, 10) } });
	made.section({ kind: "kazoo", token: 20, begin: 14_000, last: 16_000 });
	made.events.push({ at: 17_000, event: "outcome", client: "tangles-1", kind: "tangles", outcome: "79" });
	made.over(17_000);
	const history = gather(made.events);
	const text = summary(history, judge(history));
	expect(text).toMatch(/^kill-leader +1 +1 +1000 +1000 +1000 +1000$/m);
	expect(text).toContain("sections           2: tangles 1, curator-1.3.3 0, curator-5.9.0 0, kazoo 1");
	expect(text).toContain("runs of tangles    exit 79: 1");
	expect(text).toContain("overlaps           ours 1, others' 0");
	expect(text).toContain(
		"overlap of ours at /a: tangles (tangles-2, token 10) ran 1000 ms beside kazoo (kazoo-3, token 20)",
	);
	expect(text).toEndWith("VIOLATION: 1 overlaps of ours\n1 violations");
});

test("the checker as a program exits with 1 on a violation", async () => {
	const folder = await mkdtemp(join(tmpdir(), "tangles-checker-"));
	const run = async (made: MadeHistory) => {
		const file = join(folder, "history");
		await Bun.write(file, made.text);
		const child = Bun.spawn([process.execPath, join(import.meta.dir, "checker/check.ts"), file], { stdout: "pipe" });
		return { text: await new Response(child.stdout).text(), code: await child.exited };
	};
	const made = new MadeHistory();
	made.section({ token: 10, begin: 1000, last: 2000 });
	made.over(3000);
	expect(await run(made)).toMatchObject({ code: 0, text: expect.stringMatching(/\nholds\n$/) });
	made.section({ token: 20, begin: 1500, last: 2500 });
	expect(await run(made)).toMatchObject({ code: 1, text: expect.stringMatching(/\n1 violations\n$/) });
	await rm(folder, { recursive: true });
});
