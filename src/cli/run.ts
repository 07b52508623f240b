import { Fault, isFault } from "../base/fault.ts";
import type { Log } from "../base/log.ts";
import type { Verb } from "../commands/index.ts";
import { checkArguments, splitAtDashes } from "./arguments.ts";
import { COMMON_ARGS } from "./common-args.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { commandHelp, toolHelp, usageLine } from "./help.ts";
import { createLog } from "./logger.ts";
import { nearest } from "./nearest.ts";
import { outputTo } from "./output.ts";
import type { Progress } from "./progress.ts";
import { createProgress, NO_PROGRESS } from "./progress.ts";
import { reportFailure } from "./report.ts";

/** The process around a run; tests give their own. */
export interface World {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly version: string;
	readonly verbs: Readonly<Record<string, Verb>>;
	readonly stdout: (text: string) => void;
	/** Short payload, written at once: opening the stream of stdout would take longer than all the rest of the run. */
	readonly brief: (text: string) => void;
	/** True where stderr is a terminal. */
	readonly terminal: boolean;
	/** Opened by the first call, for the same reason. */
	readonly stderr: () => NodeJS.WriteStream;
	readonly signal: AbortSignal;
}

/** Position of the verb in `own`: common flags may stand before it. -1 where there is none. */
function verbPosition(own: readonly string[]): number {
	for (let at = 0; at < own.length; at += 1) {
		const word = own[at] ?? "";
		if (word === "-c" || word === "--config") at += 1;
		else if (!word.startsWith("-")) return at;
	}
	return -1;
}

function findVerb(name: string, verbs: World["verbs"]): Verb {
	const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
	if (verb !== undefined) return verb;
	const near = nearest(name, Object.keys(verbs));
	throw new Fault("usage", `unknown command "${name}"`, {
		mend: near === undefined ? "tangles --help lists the commands" : `did you mean "tangles ${near}"?`,
	});
}

/** True where the flag is given, alone or among other letters: `-qv`. */
function wants(own: readonly string[], long: string, short?: string): boolean {
	return own.some((word) => word === long || (short !== undefined && /^-[hqv]+$/.test(word) && word.includes(short)));
}

async function dispatch(world: World, log: Log, progress: Progress): Promise<void> {
	const { own, rest, dashes } = splitAtDashes(world.argv);
	const help = () =>
		toolHelp(
			world.version,
			Object.entries(world.verbs).map(([name, verb]) => [name, verb.summary]),
		);
	const at = verbPosition(own);
	const name = own[at];
	if (name === undefined) {
		checkArguments(own, { ...COMMON_ARGS, version: { type: "boolean" } }, "tangles --help lists the commands");
		if (wants(own, "--version")) return world.brief(`tangles ${world.version}\n`);
		if (wants(own, "--help", "h")) return world.brief(help());
		throw new Fault("usage", "no command given", { mend: "tangles --help lists the commands" });
	}
	const command = (await findVerb(name, world.verbs).load()).default;
	const words = own.filter((_, position) => position !== at);
	if (wants(words, "--help", "h")) return world.brief(commandHelp(command));
	checkArguments(words, command.args, usageLine(command));
	if (dashes && command.about.rest === undefined) {
		throw new Fault("usage", 'nothing may stand after "--" here', { mend: usageLine(command) });
	}
	await command.start(words, (common) => ({
		rest,
		log,
		progress,
		signal: world.signal,
		out: outputTo(world.stdout, common.json === true),
		config: async (...needs) => {
			const { loadConfig } = await import("../config/load.ts");
			return await loadConfig({ file: common.config, env: world.env, cwd: world.cwd, needs, log });
		},
	}));
}

/** argv -> the verb -> exit code. Everything that goes wrong is reported on stderr here, once. */
export async function runCli(world: World): Promise<number> {
	const { own } = splitAtDashes(world.argv);
	const { terminal } = world;
	const quiet = wants(own, "--quiet", "q");
	const bar = terminal && !quiet && !wants(own, "--json");
	const progress = bar ? await createProgress(world.stderr()) : NO_PROGRESS;
	const log = createLog({
		quiet,
		verbose: wants(own, "--verbose", "v"),
		color: !wants(own, "--no-color") && (world.env.NO_COLOR ?? "") === "",
		terminal,
		line: (text) => {
			progress.clearLine();
			world.stderr().write(`${text}\n`);
		},
	});
	try {
		await dispatch(world, log, progress);
		return EXIT_CODES.done.code;
	} catch (error) {
		progress.hide();
		// An aborted run may fail in many ways; what aborted it is the cause worth telling.
		const cause = world.signal.aborted && !isFault(error) ? world.signal.reason : error;
		return reportFailure(cause, log, world.version);
	}
}
