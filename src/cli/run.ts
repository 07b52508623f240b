import type { ArgsDef } from "citty";
import { Fault, isFault } from "../base/fault.ts";
import { checkHostLimits } from "../base/host-limits.ts";
import type { LineLog, Log } from "../base/log.ts";
import { nearest } from "../base/nearest.ts";
import { checkArguments } from "./arguments.ts";
import type { Command, Context, Group, Verb } from "./command.ts";
import { type CommandLine, scanCommandLine } from "./command-line.ts";
import { TOOL_ARGS } from "./common-args.ts";
import { confirm } from "./confirm.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { commandHelp, groupHelp, toolHelp, usageLine } from "./help.ts";
import { createLineLog, createLog } from "./logger.ts";
import { outputTo } from "./output.ts";
import type { Progress } from "./progress.ts";
import { createProgress, NO_PROGRESS } from "./progress.ts";
import { reportFailure } from "./report.ts";
import { readableStdin } from "./stdin.ts";
import type { StandardStreams } from "./streams/standard.ts";

/** The process around a run; tests give their own. */
export interface ProcessIo {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly version: string;
	readonly verbs: Readonly<Record<string, Verb>>;
	readonly streams: StandardStreams;
	/** Opened by the first call. Ends with the signal's reason. */
	readonly stdin: () => AsyncIterable<Uint8Array>;
	/** Asks the person at the terminal and gives the answer; absent where there is none. */
	readonly ask?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
	readonly signal: AbortSignal;
	/** Why payload could not be written, once that is known. */
	readonly payloadFailure: () => NodeJS.ErrnoException | undefined;
	/**
	 * Called where a command goes on with its work though its payload cannot be written; without it the run is stopped
	 * then.
	 */
	readonly goOnWithoutPayload: () => void;
}

function findVerb(name: string, verbs: ProcessIo["verbs"], group: Group | undefined): Verb {
	const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
	if (verb !== undefined) return verb;
	const near = nearest(name, Object.keys(verbs));
	const before = group === undefined ? "tangles" : `tangles ${group.name}`;
	throw new Fault("usage", `unknown command "${group === undefined ? name : `${group.name} ${name}`}"`, {
		hint: near === undefined ? `${before} --help lists the commands` : `did you mean "${before} ${near}"?`,
	});
}

/** Goes from group to group to the command; `words` are what is left for it. */
async function findCommand(
	{ own, places, help }: CommandLine,
	verbs: ProcessIo["verbs"],
): Promise<{ command?: Command; group?: Group; summary: string; words: string[] }> {
	let group: Group | undefined;
	let summary = "";
	const left = (from: number) => own.filter((_, at) => !places.slice(0, from).includes(at));
	for (const [depth, at] of places.entries()) {
		const verb = findVerb(own[at] ?? "", group?.verbs ?? verbs, group);
		const found = (await verb.load()).default;
		summary = verb.summary;
		if (!("verbs" in found)) return { command: found, summary, words: left(depth + 1) };
		group = found;
	}
	const words = left(places.length);
	if (group?.standard === undefined || help) return { summary, words, ...(group && { group }) };
	const found = (await group.standard.load()).default;
	if ("verbs" in found) throw new Error(`the standard verb of ${group.name} is a group`);
	return { command: found, summary: group.standard.summary, words };
}

const HELP_HINT = (group: Group | undefined) =>
	`tangles${group === undefined ? "" : ` ${group.name}`} --help lists the commands`;

async function dispatch(
	io: ProcessIo,
	line: CommandLine,
	{ log, lineLog, progress }: Reporters,
): Promise<number | undefined> {
	const { stdout } = io.streams;
	const { rest, dashes } = line;
	const { command, group, summary, words } = await findCommand(line, io.verbs);
	if (command === undefined) {
		checkArguments(words, TOOL_ARGS, HELP_HINT(group));
		if (line.version) stdout.write(`tangles ${io.version}\n`);
		else if (!line.help) throw new Fault("usage", "no command given", { hint: HELP_HINT(group) });
		else stdout.write(group === undefined ? toolHelp(io.version, io.verbs) : groupHelp(group, summary));
		return;
	}
	if (line.help) {
		stdout.write(commandHelp(command, summary));
		return;
	}
	const checked = checkArguments(words, command.args, usageLine(command));
	if (dashes && command.about.rest === undefined) {
		throw new Fault("usage", 'nothing may stand after "--" here', { hint: usageLine(command) });
	}
	checkHostLimits();
	if (command.about.works === true) io.goOnWithoutPayload();
	return await command.start(checked, (common) => {
		const configWith: Context<ArgsDef>["configWith"] = async (warnings, ...needs) => {
			const { loadConfig } = await import("../config/load.ts");
			const apart = command.about.componentsApart === true;
			return await loadConfig({ file: common.config, env: io.env, cwd: io.cwd, needs, log: warnings, apart });
		};
		// A cron job reads the file every minute: with --quiet its unknown keys are warned of by `doctor` alone.
		const unsaid = common.quiet === true && common.verbose !== true;
		return {
			rest,
			env: io.env,
			cwd: io.cwd,
			lineLog,
			logWritten: () => io.streams.stderr.gone(),
			version: io.version,
			verbs: io.verbs,
			confirm: (what, yes) => confirm(io, what, yes),
			askFor: async (what) => (await io.ask?.(`${what}: `, io.signal))?.trim(),
			log,
			progress,
			stdin: () => readableStdin(io.stdin),
			signal: io.signal,
			out: outputTo(stdout, common, io.signal),
			config: (...needs) => configWith(unsaid ? { ...log, warn: log.debug } : log, ...needs),
			configWith,
		};
	});
}

/** What a run writes to stderr: log lines, the output of children, the progress bar. */
interface Reporters {
	readonly log: Log;
	readonly lineLog: LineLog;
	readonly progress: Progress;
}

async function openReporters({ env, streams: { stderr } }: ProcessIo, line: CommandLine): Promise<Reporters> {
	const { terminal } = stderr;
	const { quiet, verbose } = line;
	const bar = terminal && !quiet && !line.json;
	const progress = bar ? await createProgress((text) => stderr.write(text)) : NO_PROGRESS;
	const options = {
		quiet,
		verbose,
		color: line.color && (env.NO_COLOR ?? "") === "",
		terminal,
		line: (text: string) => {
			progress.clearLine();
			stderr.write(`${text}\n`);
		},
	};
	return { log: createLog(options), lineLog: createLineLog(options, () => stderr.room()), progress };
}

/**
 * argv -> the verb -> exit code. Everything that goes wrong is reported on stderr here, once. What is written may still
 * be on its way to a slow reader of stderr; of stdout nothing is.
 */
export async function runCli(io: ProcessIo): Promise<number> {
	const line = scanCommandLine(io.argv);
	const reporters = await openReporters(io, line);
	const { log, progress } = reporters;
	let code: number;
	try {
		code = (await dispatch(io, line, reporters)) ?? EXIT_CODES.done.code;
	} catch (error) {
		progress.hide();
		// The abort makes calls fail that were under way; the report names the reason of the abort, not those failures.
		const cause = io.signal.aborted && !isFault(error) ? io.signal.reason : error;
		code = reportFailure(cause, log, io.version);
	}
	await io.streams.drained(io.signal);
	const failure = io.payloadFailure();
	// One that stopped the run is reported already.
	if (failure === undefined || code === EXIT_CODES.output.code) return code;
	const reported = reportFailure(payloadFault(failure), log, io.version);
	return code === EXIT_CODES.done.code ? reported : code;
}

/** stdout cannot be written. */
export function payloadFault(error: NodeJS.ErrnoException): Fault {
	return new Fault("output", `stdout cannot be written: ${error.message}`);
}
