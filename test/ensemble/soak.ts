import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sleep, withDeadline } from "../../src/base/deadline.ts";
import { sharedNow } from "../../src/base/shared-clock.ts";
import { Ensemble } from "../support/ensemble.ts";
import { Random } from "../support/random.ts";
import { AtWork } from "./at-work.ts";
import type { Kind } from "./checker/history.ts";
import { ClientLink } from "./client-link.ts";
import { type Client, CuratorClient, curatorPrograms, type Ground, KazooClient, TanglesClient } from "./clients.ts";
import { FAULTS, possible, type Scene } from "./faults.ts";
import { HistoryFile } from "./history-file.ts";
import { LeaderReader } from "./leader-reader.ts";
import { leftNodes } from "./left-nodes.ts";
import { Orphans } from "./orphans.ts";
import { pythonWithKazoo } from "./python.ts";
import { ServerViews } from "./server-views.ts";
import { abilities, Disks } from "./slow-disk.ts";

export interface SoakSettings {
	readonly seconds: number;
	readonly seed: number;
	/** An empty folder: the history comes there, and what the clients said. */
	readonly folder: string;
	readonly binary: string;
	readonly tickMs: number;
	readonly syncLimit: number;
	readonly sessionMs: number;
	/** Plain processes on the loopback even where namespaces can be had. */
	readonly plain: boolean;
	/** The kinds of faults; none for all. */
	readonly only?: readonly string[];
	/** Ends the faults early. */
	readonly signal: AbortSignal;
	readonly log: (text: string) => void;
}

const LOCKS = ["/soak-a", "/soak-b", "/soak-c"];
/** Mostly short; by time mostly longer than a session of 4 s, so that work is still on when its session is over. */
const LENGTHS = [100, 150, 200, 200, 250, 250, 300, 400, 3000, 12_000];
/** How many of `tangles locks exec` contend for each lock. */
const RUNS_A_LOCK = 2;
/** A node of Curator or kazoo that is first for so long without work is an orphan. */
const ORPHAN_MS = 20_000;
/** For the clients to have had each lock once. */
const STARTING_MS = 60_000;
/** For the servers to find each other again after a fault. */
const SERVING_MS = 60_000;
/** For a client to end its last work. */
const ENDING_MS = 120_000;

/** An ensemble with clients that contend, faults one after another. Returns the history's path. */
export async function soak(settings: SoakSettings): Promise<string> {
	const { folder, seed, sessionMs, tickMs, syncLimit, seconds, only = [], log } = settings;
	await mkdir(folder, { recursive: true });
	const random = new Random(seed);
	const can = abilities();
	const atWork = new AtWork();
	let reader: LeaderReader | undefined;
	let orphans: Orphans | undefined;
	using history = new HistoryFile(join(folder, "history"), (event) => {
		atWork.hear(event);
		orphans?.hear(event);
		if (event.event === "begin") reader?.ask(event.lock, event.section);
	});
	const python = await pythonWithKazoo();
	await curatorPrograms();
	await using resources = new AsyncDisposableStack();
	const network = can.namespaces && !settings.plain ? "namespaces" : "loopback";
	const disks = can.disks && !settings.plain ? new Disks() : undefined;
	const prepareData = async (data: string) => await disks?.mount(data);
	const ensemble = resources.use(await Ensemble.start({ tickMs, syncLimit, network, prepareData }));
	// Before the ensemble goes: what waits for a frozen disk cannot be killed.
	if (disks !== undefined) resources.use(disks);
	const ground: Ground = {
		...{ folder, history, python, binary: settings.binary },
		...{ locks: LOCKS, lengths: LENGTHS, sessionMs, seed, threads: 2, tickMs: 50 },
	};
	const clients = await makeClients(ensemble, ground, resources);
	const scene: Scene = { ensemble, disks, clients, sessionMs, random, atWork };
	const kinds = possible(scene).filter((kind) => only.length === 0 || only.includes(kind));
	if (kinds.length === 0)
		throw new Error(`no fault here is called ${only.join(" or ")}: ${possible(scene).join(", ")}`);
	const about =
		`tick ${tickMs} ms, syncLimit ${syncLimit}, session ${sessionMs} ms, seed ${seed}, ${seconds} s, ` +
		`${network === "namespaces" ? "a network namespace a server" : "plain processes: links between servers are not cut"}` +
		`${disks === undefined ? ", disks are not frozen" : ""}`;
	history.emit({ event: "run", sessionMs, seed, about });
	log(about);
	orphans = new Orphans(clients, history, ORPHAN_MS);
	reader = resources.use(new LeaderReader(ensemble, ground));
	resources.use(new ServerViews(ensemble, ground));
	for (const client of clients) client.start();
	// The first fault finds them at work: Java takes its time to start.
	await atWork.untilBegun(LOCKS, sharedNow() + STARTING_MS);
	const until = sharedNow() + seconds * 1000;
	await inflict(scene, kinds, { until, history, reader, ...settings });
	await atWork.untilBegun(LOCKS, sharedNow() + sessionMs * 4 + Math.max(...LENGTHS));
	history.emit({ event: "last-fault-over" });
	log("the faults are over: the clients end");
	await Promise.all(clients.map(endOf));
	history.emit({ event: "left", paths: await leftNodes({ ensemble, clients, ground }) });
	return history.path;
}

async function makeClients(
	ensemble: Ensemble,
	ground: Ground,
	resources: AsyncDisposableStack,
): Promise<readonly Client[]> {
	const kinds = [
		...Array.from({ length: RUNS_A_LOCK * LOCKS.length }, (_, at) => ({
			name: `tangles-${at + 1}`,
			kind: "tangles" as const,
			make: TanglesClient,
		})),
		{ name: "curator-1.3.3", kind: "curator-1.3.3", make: CuratorClient },
		{ name: "curator-5.9.0", kind: "curator-5.9.0", make: CuratorClient },
		{ name: "kazoo", kind: "kazoo", make: KazooClient },
	] satisfies readonly { readonly name: string; readonly kind: Kind; readonly make: unknown }[];
	const addresses = ensemble.servers.map(({ address }) => address);
	return await Promise.all(
		kinds.map(async ({ name, kind, make }, at) => {
			// Each begins with another server.
			const turned = [...addresses.slice(at % addresses.length), ...addresses.slice(0, at % addresses.length)];
			const client = new make(name, kind, resources.use(await ClientLink.to(turned)), ground);
			await client.prepare();
			return client;
		}),
	);
}

interface Inflicting extends SoakSettings {
	readonly until: number;
	readonly history: HistoryFile;
	readonly reader: LeaderReader;
}

/** Fault after fault, each kind once before any comes again. */
async function inflict(scene: Scene, kinds: readonly string[], inflicting: Inflicting): Promise<void> {
	const { random, ensemble, sessionMs } = scene;
	const { until, history, reader, signal, log } = inflicting;
	let deck: string[] = [];
	for (let number = 1; sharedNow() < until && !signal.aborted; number += 1) {
		if (deck.length === 0) deck = shuffled(kinds, random);
		const kind = deck.pop() ?? "";
		const fault = await FAULTS[kind]?.(scene);
		if (fault === undefined) throw new Error(`no fault is called ${kind}`);
		log(`${number} ${kind}: ${fault.on}, ${Math.round(fault.ms)} ms`);
		const dethrones = fault.electors.length > 0;
		history.emit({ event: "fault-begin", number, fault: kind, on: fault.on, dethrones });
		await fault.begin();
		const over = new AbortController();
		const led = ensemble.untilLed(fault.electors, over.signal).then((isLed) => {
			if (isLed) history.emit({ event: "led", number });
		});
		await sleep(fault.ms);
		await fault.end();
		history.emit({ event: "fault-end", number });
		await withDeadline(SERVING_MS, ensemble.untilServing(), () => new Error(`the servers do not serve after ${kind}`));
		over.abort();
		await led;
		history.emit({ event: "led", number });
		await reader.follow();
		// Some faults hit while the last one is still felt, others when all is well again.
		await sleep(random.next() * sessionMs * (random.chance(0.5) ? 1 : 2.5));
	}
}

function shuffled(all: readonly string[], random: Random): string[] {
	const left = [...all];
	return all.flatMap(() => left.splice(random.below(left.length), 1));
}

async function endOf(client: Client): Promise<void> {
	await withDeadline(ENDING_MS, client.end(), () => new Error(`${client.name} does not end`));
}
