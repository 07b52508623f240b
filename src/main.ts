import pkg from "../package.json" with { type: "json" };
import { Fault, isFault } from "./base/fault.ts";
import { logLine } from "./base/log-line.ts";
import { stillOpen, whenOnlyUnstoppable } from "./base/open.ts";
import { runId } from "./base/run-id.ts";
import { scanCommandLine } from "./cli/command-line.ts";
import { EXIT_CODES } from "./cli/exit-codes.ts";
import { droppedLine } from "./cli/logger.ts";
import { payloadFault, runCli } from "./cli/run.ts";
import { abortOnSignals } from "./cli/signals.ts";
import { type StandardStreams, standardStreams } from "./cli/streams/standard.ts";
import { isJournal, isTerminal } from "./cli/streams/terminal.ts";
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

	let payloadFailure: NodeJS.ErrnoException | undefined;
	let stopWithoutPayload = true;
	function payloadFailed(error: NodeJS.ErrnoException): void {
		if (error.code === "EPIPE") stop.abort(new Fault("broken-pipe", "the reader of stdout went away"));
		else {
			payloadFailure = error;
			if (stopWithoutPayload) stop.abort(payloadFault(error));
		}
	}
	const line = scanCommandLine(process.argv.slice(2), process.env);
	const terminal = await isTerminal(2);
	const journal = isJournal(process.env);
	const form = { format: line.logFormat, terminal, journal, about: { run: runId() } };
	const streams: StandardStreams = await standardStreams((dropped) => droppedLine(form, dropped), payloadFailed);

	/** Writes what is queued before the question, so that the terminal shows what it is about. */
	async function askInOrder(question: string, signal: AbortSignal): Promise<string> {
		await streams.drained(signal);
		return await ask(question, signal);
	}

	function stdin(): AsyncIterable<Uint8Array> {
		stop.signal.addEventListener("abort", () => process.stdin.destroy(stop.signal.reason), { once: true });
		return process.stdin;
	}

	const code = await runCli({
		line,
		form,
		env: process.env,
		cwd: process.cwd(),
		version: pkg.version,
		verbs: VERBS,
		streams,
		stdin,
		ask: streams.stderr.terminal && (await isTerminal(0)) ? askInOrder : undefined,
		signal: stop.signal,
		payloadFailure: () => payloadFailure,
		goOnWithoutPayload: () => {
			stopWithoutPayload = false;
		},
	});

	// A reader that went away is no failure, wherever the run stood.
	process.exitCode = isFault(stop.signal.reason, "broken-pipe") ? EXIT_CODES["broken-pipe"].code : code;
	// A write to a reader that has stopped reading would keep the process alive without end.
	if (!(await streams.drained(stop.signal))) process.exit();
	void whenOnlyUnstoppable().then(() => process.exit());

	setTimeout(async () => {
		// After a reported fault a second line would only hide it.
		if (process.exitCode !== 0) process.exit();
		const open = stillOpen();
		const message = `forced exit: still open ${FORCED_EXIT_MS} ms after the end: ${open.join(", ") || "unknown"}`;
		streams.stderr.write(`${logLine(form, { level: "warn", date: new Date(), message, fields: {} })}\n`);
		await streams.drained(stop.signal);
		process.exit();
	}, FORCED_EXIT_MS).unref();
}

await main();
