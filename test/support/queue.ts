import { Client } from "faktory-worker";
import { Connection } from "faktory-worker/lib/connection";

export interface SeenJob {
	readonly jid: string;
	readonly jobtype: string;
	readonly queue: string;
	readonly args: readonly [string, number, string, number, number];
	readonly retry: number;
	readonly reserve_for: number;
	readonly backtrace: number;
}

/** Looks at a Faktory server as a worker does. */
export class QueueEye implements AsyncDisposable {
	readonly #connection: Connection;
	readonly queue: string;

	private constructor(connection: Connection, queue: string) {
		this.#connection = connection;
		this.queue = queue;
	}

	static async open(url: string, queue: string): Promise<QueueEye> {
		const { hostname, port } = new URL(url.replace("tcp:", "http:"));
		const connection = new Connection(Number(port), hostname);
		connection.on("error", () => {});
		const greeting = await connection.open();
		const hello = new Client({ url: "tcp://127.0.0.1", wid: crypto.randomUUID() }).buildHello(greeting);
		await connection.send(["HELLO", JSON.stringify(hello)]);
		return new QueueEye(connection, queue);
	}

	async send(...words: string[]): Promise<string> {
		return await this.#connection.send(words);
	}

	async counters(): Promise<{ processed: number; failed: number; working: number; dead: number; retries: number }> {
		const { faktory } = JSON.parse(await this.send("INFO"));
		return { processed: faktory.total_processed, failed: faktory.total_failures, ...faktory.sets };
	}

	/** Jobs in the queue. */
	async size(): Promise<number> {
		return JSON.parse(await this.send("INFO")).faktory.queues[this.queue] ?? 0;
	}

	/** Takes up to `most` jobs that are there now out of the queue; they stay reserved. */
	async take(most = Number.POSITIVE_INFINITY): Promise<SeenJob[]> {
		const count = Math.min(most, await this.size());
		const answers = await Promise.all(Array.from({ length: count }, () => this.send("FETCH", this.queue)));
		return answers.flatMap((answer) => (answer === null ? [] : [JSON.parse(answer) as SeenJob]));
	}

	/** Ends jobs that were taken, as a worker does. */
	async acknowledge(jobs: readonly SeenJob[]): Promise<void> {
		await Promise.all(jobs.map(({ jid }) => this.send("ACK", JSON.stringify({ jid }))));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#connection.close();
	}
}

/** How often each pair of pages is among `jobs`. */
export function pairCounts(jobs: readonly SeenJob[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { args } of jobs) {
		const pair = `${args[0]} ${args[2]}`;
		counts.set(pair, (counts.get(pair) ?? 0) + 1);
	}
	return counts;
}
