import { openSession } from "../../src/servers/zookeeper/connect.ts";
import type { Ensemble, EnsembleServer } from "../support/ensemble.ts";
import type { Event } from "./checker/history.ts";
import { ClientLink } from "./client-link.ts";
import { CuratorClient, type Ground, TanglesClient } from "./clients.ts";

const LOCK = "/cut";
/** Longer than any run: such work ends with its lock. */
const UNTIL_LOST_MS = 600_000;

/** Who of the two stands behind the server that is cut off. */
export type Side = "holder" | "contender";

/** What a run happens to: which server is cut off from the others, and whose client reaches that one alone. */
export interface Cut {
	readonly victim: "leader" | "follower";
	readonly side: Side;
	readonly holder: "tangles" | "curator-5.9.0";
}

/** A section as it is heard from the history. */
interface Heard {
	readonly client: string;
	readonly begin: number;
	readonly pid: number;
	last: number;
}

/** Hears the sections of one run at a time. */
export class SectionsHeard {
	readonly #sections = new Map<string, Heard>();
	readonly #waiting = new Set<() => void>();

	hear(event: Event): void {
		if (event.event === "begin") {
			const pid = Number(/-(\d+)-\d+$/.exec(event.section)?.[1]);
			this.#sections.set(event.section, { client: event.client, begin: event.at, last: event.at, pid });
			for (const wake of this.#waiting) wake();
		} else if ("section" in event && event.event !== "nodes") {
			const section = this.#sections.get(event.section);
			if (section !== undefined) section.last = Math.max(section.last, event.at);
		}
	}

	/** The client's section, once it has begun. */
	async begun(client: string): Promise<Heard> {
		for (;;) {
			const found = [...this.#sections.values()].find((section) => section.client === client);
			if (found !== undefined) return found;
			await new Promise<void>((resolve) => {
				this.#waiting.add(resolve);
			});
		}
	}
}

/** Resolves once so many have queued for the lock in the flat layout, which tangles enters first. */
async function untilQueued(connect: string, count: number): Promise<void> {
	const config = { connect, sessionTimeoutMs: 30_000, auth: undefined };
	const session = await openSession(config, new AbortController().signal);
	for (;;) {
		const { promise, resolve } = Promise.withResolvers<void>();
		const names = (await session.children(LOCK, resolve)) ?? [];
		if (names.filter((name) => name.startsWith("_c_")).length >= count) break;
		await promise;
	}
	await session.close();
}

/**
 * One run. Resolves with the ms between the last instant of the section that had the lock first and the first instant of
 * the one that had it next: below zero both ran at once.
 */
export async function runCut(ensemble: Ensemble, ground: Ground, heard: SectionsHeard, cut: Cut): Promise<number> {
	const { leader, followers } = await ensemble.roles();
	const victim = cut.victim === "leader" ? leader : followers[0];
	if (victim === undefined) throw new Error("no follower");
	const run = { ensemble, ground, heard, victim };
	return cut.side === "holder" ? await holderCut(run, cut.holder) : await contenderCut(run);
}

interface Running {
	readonly ensemble: Ensemble;
	readonly ground: Ground;
	readonly heard: SectionsHeard;
	readonly victim: EnsembleServer;
}

/** A client that reaches one server alone, or all others alone. */
async function linkTo({ ensemble, victim }: Running, onVictim: boolean): Promise<ClientLink> {
	const servers = ensemble.servers.filter((server) => (server === victim) === onVictim);
	return await ClientLink.to(servers.map(({ address }) => address));
}

async function tangles(run: Running, name: string, onVictim: boolean): Promise<TanglesClient> {
	const client = new TanglesClient(name, "tangles", await linkTo(run, onVictim), run.ground);
	await client.prepare();
	return client;
}

/** The holder's server is cut off; the contender stands behind the others. */
async function holderCut(run: Running, kind: Cut["holder"]): Promise<number> {
	const { ensemble, ground, heard, victim } = run;
	const contender = await tangles(run, `contender-${crypto.randomUUID()}`, false);
	await using _ = contender.link;
	await using link = await linkTo(run, true);
	const name = `holder-${crypto.randomUUID()}`;
	let over: Promise<unknown>;
	if (kind === "tangles") {
		const holder = new TanglesClient(name, "tangles", link, ground);
		await holder.prepare();
		over = holder.runAt(LOCK, UNTIL_LOST_MS);
	} else {
		const holder = new CuratorClient(name, kind, link, { ...ground, locks: [LOCK], lengths: [UNTIL_LOST_MS] });
		holder.start();
		over = heard.begun(name).then(() => holder.end());
	}
	const first = await heard.begun(name);
	const next = contender.runAt(LOCK, 300);
	// Its flat node, and before it the holder's, where that has one.
	await untilQueued(contender.link.connect, kind === "tangles" ? 2 : 1);
	await ensemble.isolate(victim);
	const second = await heard.begun(contender.name);
	await next;
	await ensemble.rejoin(victim);
	await over;
	return second.begin - first.last;
}

/**
 * A contender's server is cut off while it waits, first in the queue. The holder ends; another contender, which does reach
 * the leader, has the lock next, and is at work when the one that was cut off comes back.
 */
async function contenderCut(run: Running): Promise<number> {
	const { ensemble, heard, victim } = run;
	const holder = await tangles(run, `holder-${crypto.randomUUID()}`, false);
	await using _ = holder.link;
	const cutOff = await tangles(run, `cut-off-${crypto.randomUUID()}`, true);
	await using __ = cutOff.link;
	const other = await tangles(run, `other-${crypto.randomUUID()}`, false);
	await using ___ = other.link;
	const runs = [holder.runAt(LOCK, 5000)];
	const first = await heard.begun(holder.name);
	runs.push(cutOff.runAt(LOCK, 300));
	await untilQueued(holder.link.connect, 2);
	runs.push(other.runAt(LOCK, 5000));
	await untilQueued(holder.link.connect, 3);
	await ensemble.isolate(victim);
	const second = await heard.begun(other.name);
	await ensemble.rejoin(victim);
	const third = await heard.begun(cutOff.name);
	await Promise.all(runs);
	return Math.min(second.begin - first.last, third.begin - second.last);
}
