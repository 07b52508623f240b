import { sleep } from "../../base/deadline.ts";
import { isFault } from "../../base/fault.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { parseInfo } from "./info.ts";

/** Whether a queue is paused. "perhaps": a queue of the server is, and this one has jobs that nobody takes. */
export type Pause = "no" | "perhaps" | "yes";

/** Sends one command and gives the answer; an error that the server answers is a Fault "failed". */
export type Ask = (...words: string[]) => Promise<string>;

/** Time between two looks at a queue, to see whether its jobs are taken. */
const BETWEEN_LOOKS_MS = 300;

/**
 * True where any queue of the server is paused. The protocol has no question for it, and INFO does not say it. But the
 * server keeps the names of paused queues as a set with the key `paused`, beside its queues, which are lists; there is
 * no such key where none is paused. QUEUE LATENCY reads the last element of the list with the given name, so that it
 * fails with WRONGTYPE exactly where there is such a set. Sources, v1.9.3: storage/queue_redis.go, Pause;
 * server/commands.go, gatherLatencies. A server that has no QUEUE LATENCY, or keeps its queues in another way, gives
 * false.
 */
export async function somePaused(ask: Ask): Promise<boolean> {
	try {
		await ask("QUEUE", "LATENCY", "paused");
		return false;
	} catch (error) {
		if (!isFault(error, "failed")) throw error;
		return error.message.includes("WRONGTYPE");
	}
}

/** Whether `queue` is paused, as far as it can be known without taking a job out of it. */
export async function pauseOf(queue: string, ask: Ask): Promise<Pause> {
	if (!(await somePaused(ask))) return "no";
	const before = parseInfo(await ask("INFO")).faktory.queues;
	// A queue that the server does not know cannot be paused.
	const jobs = before[queue];
	if (jobs === undefined) return "no";
	if (Object.keys(before).length === 1) return "yes";
	if (jobs === 0) return "no";
	await sleep(BETWEEN_LOOKS_MS);
	return (parseInfo(await ask("INFO")).faktory.queues[queue] ?? 0) < jobs ? "no" : "perhaps";
}

/** For people; `name` says which queue, `enqueued` how many jobs are in it. */
export function pauseText(name: string, pause: "perhaps" | "yes", enqueued: number): string {
	const jobs = enqueued === 1 ? "its 1 job" : `its ${enqueued} jobs`;
	if (pause === "yes") return `${name} is paused: ${jobs} ${enqueued === 1 ? "is" : "are"} given to nobody`;
	return `${name}: nobody takes ${jobs}, and a queue of this server is paused, perhaps this one`;
}

/** How a person lets the queue go on: by the web page, or by a command where it can be typed. */
export function resumeHint(config: FaktoryConfig): string {
	const { host, port, queue, password, tls } = config;
	const page = "resume it on the server's web page, under Queues";
	const command = `QUEUE RESUME ${queue}`;
	if (password !== undefined || tls !== undefined) return `${page}, or by a client that is logged in: \`${command}\``;
	return `${page}, or by \`printf 'HELLO {"v":2}\\r\\n${command}\\r\\nEND\\r\\n' | nc ${host} ${port}\``;
}
