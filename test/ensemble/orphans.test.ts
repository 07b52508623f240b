import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Event, parseHistory } from "./checker/history.ts";
import type { Client } from "./clients.ts";
import { HistoryFile } from "./history-file.ts";
import { Orphans } from "./orphans.ts";

/** What becomes of a Curator whose node was first as the looks say; the session `s` is known to be its own. */
async function after(looks: readonly Event[]) {
	const folder = await mkdtemp(join(tmpdir(), "tangles-orphans-"));
	const signals: string[] = [];
	const kazoo = { name: "kazoo", kind: "kazoo", signal: (name: string) => signals.push(name) } as unknown as Client;
	using history = new HistoryFile(join(folder, "history"), () => {});
	const orphans = new Orphans([kazoo], history, 20_000);
	const section = { section: "kazoo-1", client: "kazoo", kind: "kazoo", lock: "/a", token: 5, length: 100 } as const;
	orphans.hear({ at: 0, event: "begin", ...section });
	const nodes = { flat: [{ czxid: 5, owner: "s" }], mutex: [], lease: [] };
	orphans.hear({ at: 1, event: "nodes", section: "kazoo-1", asked: 0, ...nodes });
	orphans.hear({ at: 100, event: "end", section: "kazoo-1" });
	for (const look of looks) orphans.hear(look);
	const events = parseHistory(await Bun.file(history.path).text());
	await rm(folder, { recursive: true });
	return { signals, orphans: events.map((event) => (event.event === "orphan" ? event.czxid : event.event)) };
}

const look = (at: number, czxid: number, owner = "s"): Event => ({
	...{ at, event: "look", lock: "/a", asked: at },
	...{ flat: [{ czxid, owner }], mutex: [], lease: [] },
});

test("a node that is first for 20 s without work under it ends its client", async () => {
	expect(await after([look(1000, 9), look(20_000, 9), look(21_001, 9)])).toEqual({
		signals: ["SIGKILL"],
		orphans: [9],
	});
});

test("nodes that come and go, and those of sessions that are nobody's, end nothing", async () => {
	const none = { signals: [], orphans: [] };
	expect(await after([look(1000, 9), look(15_000, 10), look(30_000, 11)])).toEqual(none);
	expect(await after([look(1000, 9, "t"), look(30_000, 9, "t")])).toEqual(none);
});

test("work that runs under the node ends nothing, until it is far too long for that", async () => {
	const work: Event = {
		...{ at: 500, event: "begin", section: "kazoo-2", client: "kazoo", kind: "kazoo", lock: "/a" },
		...{ token: 9, length: 100 },
	};
	expect(await after([work, look(1000, 9), look(30_000, 9)])).toEqual({ signals: [], orphans: [] });
	expect(await after([work, look(1000, 9), look(41_001, 9)])).toEqual({ signals: ["SIGKILL"], orphans: [9] });
});
