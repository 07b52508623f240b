import type { ArgsDef } from "citty";
import { sleep } from "../base/deadline.ts";
import { Fault, isFault } from "../base/fault.ts";
import { checkHostLimits } from "../base/host-limits.ts";
import type { LineLog, Log, RunFields } from "../base/log.ts";
import type { LogForm } from "../base/log-line.ts";
import { nearest } from "../base/nearest.ts";
import { checkArguments, givenFlags } from "./arguments.ts";
import type { Command, Context, Group, Verb } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { TOOL_ARGS } from "./common-args.ts";
import { confirm } from "./confirm.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { commandHelp, groupHelp, ownArgs, toolHelp, usageLine } from "./help.ts";
import { createLineLog, createLog, type LogOptions, logWith } from "./logger.ts";
import { outputTo } from "./output.ts";
import { PingedRun } from "./pinged-run.ts";
import type { Progress } from "./progress.ts";
import { createProgress, NO_PROGRESS } from "./progress.ts";
import { reportFailure } from "./report.ts";
import { readableStdin } from "./stdin.ts";
import type { StandardStreams } from "./streams/standard.ts";
import { strayVariables, variablesOf, wordsFromVariables } from "./variables.ts";

/** The process around a run; tests give their own. */
export interface ProcessIo {
	readonly line: CommandLine;
	/** How log lines are written; what `about` holds is added to as the run gets to know it. */
	readonly form: LogForm & { readonly about: RunFields };
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
	{ log, lineLog, progress, options, watch }: Reporters,
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
	const { name } = command.about;
	Object.assign(options.about, { verb: name });
	if (line.wrong !== undefined) throw line.wrong;
	const variables = variablesOf(name, ownArgs(command));
	const more = wordsFromVariables(variables, io.env, () => givenFlags(words, command.args));
	const checked = checkArguments([...words, ...more], command.args, usageLine(command));
	if (dashes && command.about.rest === undefined) {
		throw new Fault("usage", 'nothing may stand after "--" here', { hint: usageLine(command) });
	}
	checkHostLimits();
	if (command.about.works === true) io.goOnWithoutPayload();
	return await command.start(checked, async (common) => {
		const watched = "ping" in command.args && common["dry-run"] !== true;
		if (watched && common.ping !== undefined) watch.address(common.ping);
		const waitAtFirst = async () => {
			if (common.jitter === undefined || common["dry-run"] === true) return;
			const ms = Math.floor(Math.random() * common.jitter);
			log.info("waiting at first, as --jitter asks", { ms });
			await sleep(ms, io.signal);
		};
		const configWith: Context<ArgsDef>["configWith"] = async (warnings, ...needs) => {
			const { loadConfig } = await import("../config/load.ts");
			const apart = command.about.componentsApart === true;
			const config = await loadConfig({ file: common.config, env: io.env, cwd: io.cwd, needs, log: warnings, apart });
			if (watched && config.ping !== undefined) watch.address(config.ping);
			watch.hide(config);
			return config;
		};
		// A cron job reads the file every minute: with --quiet its unknown keys are warned of by `doctor` alone.
		const unsaid = common.quiet === true && common.verbose !== true;
		const toldLog = unsaid ? { ...log, warn: log.debug } : log;
		const known = [...variables.keys(), ...variablesOf("", TOOL_ARGS).keys()];
		for (const [variable, meant] of strayVariables(name, known, io.env)) {
			toldLog.warn("unknown variable", { variable, meant });
		}
		return {
			rest,
			// A flag's variable is for this run alone: a run inside it would write the same file, or ping for the same check.
			env: Object.fromEntries(Object.entries(io.env).filter(([variable]) => !known.includes(variable))),
			about: (fields) => void Object.assign(options.about, fields),
			logAbout: (fields) => logWith(log, options, fields),
			cwd: io.cwd,
			lineLog,
			logForm: io.form,
			logWritten: () => io.streams.stderr.gone(),
			version: io.version,
			verbs: io.verbs,
			begin: async () => await watch.begin(waitAtFirst),
			confirm: (what, yes) => confirm(io, what, yes),
			askFor: async (what) => (await io.ask?.(`${what}: `, io.signal))?.trim(),
			log,
			progress,
			stdin: () => readableStdin(io.stdin),
			signal: io.signal,
			out: outputTo(stdout, common, io.signal),
			config: (...needs) => configWith(toldLog, ...needs),
			configWith,
		};
	});
}

/** What a run writes to stderr: log lines, the output of children, the progress bar. */
interface Reporters {
	readonly log: Log;
	readonly lineLog: LineLog;
	readonly progress: Progress;
	readonly watch: PingedRun;
	readonly options: LogOptions & { readonly about: RunFields };
}

async function openReporters({ env, form, streams: { stderr } }: ProcessIo, line: CommandLine): Promise<Reporters> {
	const { terminal } = stderr;
	const { quiet, verbose } = line;
	const bar = terminal && !quiet && !line.json;
	const progress = bar ? await createProgress((text) => stderr.write(text)) : NO_PROGRESS;
	const watch: PingedRun = new PingedRun(() => log, env);
	const options = {
		quiet,
		verbose,
		color: line.color && (env.NO_COLOR ?? "") === "",
		...form,
		line: (text: string) => {
			progress.clearLine();
			watch.tail.add(text);
			stderr.write(`${text}\n`);
		},
	};
	const log = createLog(options);
	return { log, lineLog: createLineLog(options, () => stderr.room()), progress, options, watch };
}

/**
 * argv -> the verb -> exit code. Everything that goes wrong is reported on stderr here, once. What is written may still
 * be on its way to a slow reader of stderr; of stdout nothing is.
 */
export async function runCli(io: ProcessIo): Promise<number> {
	const { line } = io;
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
	await reporters.watch.end(code);
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
