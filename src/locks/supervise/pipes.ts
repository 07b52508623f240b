import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { pause } from "../../base/deadline.ts";

/** How long output is read on after the end: what has kept it open and let itself not be ended may do so for ever. */
const DRAIN_MS = 1000;

/** What goes to the child and what comes from it. */
export interface ChildPipes {
	/** All of its stdin. */
	readonly input: string;
	/** Both of its output streams, as they come; no more is read before the promise resolves. */
	readonly output: (stream: "stdout" | "stderr", bytes: Buffer) => Promise<void>;
}

/** Feeds the child and hands on what it says. Resolves when all is read, or a second after the end. */
export async function connectPipes(supervisor: ChildProcess, { input, output }: ChildPipes, exited: Promise<unknown>) {
	const { stdin, stdout, stderr } = supervisor;
	if (stdin === null || stdout === null || stderr === null) throw new Error("a child without pipes");
	// A child need not read what it is given.
	stdin.on("error", () => {});
	stdin.end(input);
	const read = async (name: "stdout" | "stderr", stream: Readable) => {
		for await (const bytes of stream) await output(name, bytes);
	};
	const all = Promise.all([read("stdout", stdout), read("stderr", stderr)]);
	const done = new AbortController();
	const late = exited.then(() => pause(DRAIN_MS, done.signal));
	await Promise.race([all, late]);
	done.abort(new Error("read"));
	stdout.destroy();
	stderr.destroy();
	// Cut off in the middle, they end with an error; and what was late is over.
	await Promise.allSettled([all, late]);
}
