import type { Readable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import type { WorkStreams } from "./supervisor-process.ts";

/**
 * How long to wait for output after the work's end, ms: a process that could not be ended may keep it open for ever.
 */
const DRAIN_MS = 1000;

/** What goes to the child and what comes from it. */
export interface ChildPipes {
	/** All of its stdin. */
	readonly input: string;
	/** Both of its output streams, as they come; no more is read before the promise resolves. */
	readonly output: (stream: "stdout" | "stderr", bytes: Buffer) => Promise<void>;
}

/**
 * Feeds the child and hands on what it says. Resolves when all is read; after the child's end also when a second was
 * spent waiting for more: the time that `output` takes does not count, so that what the child has written is never cut
 * off.
 */
export async function connectPipes(
	{ stdin, stdout, stderr }: WorkStreams,
	{ input, output }: ChildPipes,
	ended: Promise<unknown>,
): Promise<void> {
	// A child need not read what it is given.
	stdin.on("error", () => {});
	stdin.end(input);
	let taking = 0;
	let lastTaken = 0;
	const read = async (name: "stdout" | "stderr", stream: Readable) => {
		for await (const bytes of stream) {
			taking += 1;
			try {
				await output(name, bytes);
			} finally {
				taking -= 1;
				lastTaken = performance.now();
			}
		}
	};
	const all = Promise.all([read("stdout", stdout), read("stderr", stderr)]);
	const done = new AbortController();
	const late = async () => {
		await ended;
		for (let wait = DRAIN_MS; wait > 0; wait = taking > 0 ? DRAIN_MS : lastTaken + DRAIN_MS - performance.now()) {
			await after(wait, undefined, { signal: done.signal });
		}
	};
	const waited = late();
	await Promise.race([all, waited]);
	done.abort();
	stdin.destroy();
	stdout.destroy();
	stderr.destroy();
	// Both have settled by now or do so at once: streams that are cut off end with an error, which is expected here.
	await Promise.allSettled([all, waited]);
}
