import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import pkg from "../package.json" with { type: "json" };
import { unlessAborted } from "./base/deadline.ts";
import { Fault, isFault } from "./base/fault.ts";
import { stillOpen } from "./base/open.ts";
import { EXIT_CODES } from "./cli/exit-codes.ts";
import { runCli } from "./cli/run.ts";
import { abortOnSignals } from "./cli/signals.ts";
import { VERBS } from "./commands/index.ts";

/** A driver that leaves a socket or timer behind must not keep a cron job alive; 3 s are ample for what is closing. */
const FORCED_EXIT_MS = 3000;

async function ask(question: string, signal: AbortSignal): Promise<string> {
	const { createInterface } = await import("node:readline/promises");
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	try {
		return await terminal.question(question, { signal });
	} finally {
		terminal.close();
	}
}

async function main(): Promise<void> {
	const stop = abortOnSignals((kind) => process.exit(EXIT_CODES[kind].code));

	function brokenPipe(error: NodeJS.ErrnoException): void {
		if (error.code !== "EPIPE") throw error;
		stop.abort(new Fault("broken-pipe", "the reader of stdout went away"));
	}

	let listening = false;
	function stdout(text: string, written?: () => void): void {
		if (!listening) process.stdout.on("error", brokenPipe);
		listening = true;
		process.stdout.write(text, () => written?.());
	}

	async function paced(text: string): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		stdout(text, resolve);
		await unlessAborted(stop.signal, promise);
	}

	function stdin(): AsyncIterable<Uint8Array> {
		stop.signal.addEventListener("abort", () => process.stdin.destroy(stop.signal.reason), { once: true });
		return process.stdin;
	}

	function brief(text: string): void {
		try {
			writeSync(1, text);
		} catch (error) {
			brokenPipe(error as NodeJS.ErrnoException);
		}
	}

	const code = await runCli({
		argv: process.argv.slice(2),
		env: process.env,
		cwd: process.cwd(),
		version: pkg.version,
		verbs: VERBS,
		stdout,
		screen: isatty(1),
		paced,
		stdin,
		brief,
		terminal: isatty(2),
		stderr: () => process.stderr,
		ask: isatty(0) && isatty(2) ? ask : undefined,
		signal: stop.signal,
	});

	// A reader that went away is no failure, wherever the run stood.
	process.exitCode = isFault(stop.signal.reason, "broken-pipe") ? EXIT_CODES["broken-pipe"].code : code;

	setTimeout(() => {
		// Behind a fault that was told it would only hide that.
		if (process.exitCode !== 0) process.exit();
		const open = stillOpen();
		writeSync(2, `warn forced exit: still open ${FORCED_EXIT_MS} ms after the end: ${open.join(", ") || "unknown"}\n`);
		process.exit();
	}, FORCED_EXIT_MS).unref();
}

await main();
