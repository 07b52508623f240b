import { sleep } from "../../src/base/deadline.ts";
import type { Ensemble } from "../support/ensemble.ts";
import { type Client, type Ground, TanglesClient } from "./clients.ts";
import { program } from "./python.ts";

interface Place {
	readonly ensemble: Ensemble;
	readonly clients: readonly Client[];
	readonly ground: Ground;
}

/** How much longer than its time-out a session may be kept by the servers, ms. */
const SLACK_MS = 5000;

/** All paths below the root, but for the server's own. */
async function paths({ ensemble, ground }: Place): Promise<string[]> {
	const leader = await ensemble.leader();
	if (leader === undefined) throw new Error("no server leads");
	const child = Bun.spawn([...program(ground.python, "list_nodes.py"), leader.address], { stdout: "pipe" });
	const text = await new Response(child.stdout).text();
	if ((await child.exited) !== 0) throw new Error("the nodes that are left cannot be listed");
	return text.split("\n").filter((path) => path !== "");
}

/**
 * What is left in the tree when all clients have ended. The sessions of clients that were killed have their time to
 * end. Directories are left by other clients, never by tangles: it takes each lock once more, alone, and is to leave
 * nothing at all.
 */
export async function leftNodes(place: Place): Promise<string[]> {
	const until = performance.now() + place.ground.sessionMs + SLACK_MS;
	const isNode = (path: string) => path.includes("lock-") || path.includes("lease-");
	while ((await paths(place)).some(isNode) && performance.now() < until) await sleep(300);
	const nodes = (await paths(place)).filter(isNode);
	if (nodes.length > 0) return nodes;
	const client = place.clients.find((one) => one instanceof TanglesClient);
	for (const lock of place.ground.locks) {
		const code = await client?.runAt(lock, 100);
		if (code !== 0) throw new Error(`tangles at ${lock}, alone: ${code}`);
	}
	return await paths(place);
}
