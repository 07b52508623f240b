import type { ArgsDef, ParsedArgs } from "citty";
import { defineCommand, runCommand } from "citty";
import { Fault } from "../base/fault.ts";
import type { LineLog, Log, LogFields } from "../base/log.ts";
import type { LogForm } from "../base/log-line.ts";
import type { Secret } from "../base/secret.ts";
import type { ConfigWith, Need } from "../config/config.ts";
import { takesMany } from "./arguments.ts";
import { COMMON_ARGS } from "./common-args.ts";
import type { Parse } from "./flags.ts";
import type { Output } from "./output.ts";
import type { Progress } from "./progress.ts";

/** A command line that the tests run as it stands, and what it does. */
export interface Example {
	readonly run: string;
	readonly does: string;
}

/**
 * The value of each argument: what its declaration's `parse` gives, else citty's; undefined where it may be left out.
 */
export type ArgValues<A extends ArgsDef> = {
	readonly [K in keyof A]: A[K] extends { readonly many: true }
		? readonly string[]
		: A[K] extends { readonly parse: Parse<infer V> }
			? V | (A[K] extends { readonly default: string } | { readonly required: true } ? never : undefined)
			: ParsedArgs<A>[K];
};

/** The arguments of a command's `run`. */
export interface Context<A extends ArgsDef> {
	readonly args: ArgValues<A>;
	/** All that stood after `--`, untouched. */
	readonly rest: readonly string[];
	readonly out: Output;
	readonly log: Log;
	/** Adds keys that every later log line of the run carries, where the format has keys for machines. */
	about(fields: LogFields): void;
	/** The log whose lines carry these keys too. */
	logAbout(fields: LogFields): Log;
	/** How this run's log lines are written, for a process that writes some in its stead. */
	readonly logForm: LogForm;
	/** For the output of children, which has no bound. */
	readonly lineLog: LineLog;
	/** Resolves when every log line is written, or cannot be. Awaited before this process is stopped or ended. */
	logWritten(): Promise<void>;
	readonly progress: Progress;
	/** The bytes of stdin; throws the signal's reason when that aborts. */
	stdin(): AsyncIterable<Uint8Array>;
	/** The environment, for a child. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute path of the folder that relative ones start from. */
	readonly cwd: string;
	readonly version: string;
	/** Every verb of the tool, for what is made from their declarations. */
	readonly verbs: Readonly<Record<string, Verb>>;
	/** Aborts with a `Fault` of kind interrupt, terminate, broken-pipe or output. */
	readonly signal: AbortSignal;
	/**
	 * Reads, checks and freezes the config. A server that is needed and not configured is a fault: those named here (each
	 * by a literal) are there in the type.
	 */
	config<const N extends readonly Need[]>(...needs: N): Promise<ConfigWith<N>>;
	/** The same; what is odd and no fault (a key that nothing reads) is a warning to `warnings`, with `--quiet` too. */
	configWith<const N extends readonly Need[]>(warnings: Log, ...needs: N): Promise<ConfigWith<N>>;
	/** Asks on a terminal whether to do `what`; off one, refuses unless `yes`. Throws a Fault where the answer is no. */
	confirm(what: string, yes: boolean): Promise<void>;
	/** What a person answers on a terminal; undefined off one. */
	askFor(what: string): Promise<string | undefined>;
}

/** What the frame gives a command, once its common flags are known. */
export type Frame = (common: {
	readonly config?: string;
	readonly json?: boolean;
	readonly quiet?: boolean;
	readonly verbose?: boolean;
	readonly "dry-run"?: boolean;
	/** Parsed: where a check is told of start and end; the longest random delay in ms. */
	readonly ping?: Secret;
	readonly jitter?: number;
}) => Promise<Omit<Context<ArgsDef>, "args"> & Beginning>;

interface Beginning {
	/** Waits as `--jitter` asks, then has a check told. Before the work, once all is checked. */
	begin(): Promise<void>;
}

type Outcome = Promise<number | undefined> | Promise<void>;
/** The work of a verb, once all is checked that can be checked without a server. */
export type Work = () => Outcome;

/**
 * What a verb does. One with `--ping` or `--jitter` only checks, and gives its work: the frame waits and tells between
 * the two, so that no such verb can forget it.
 */
export type Run<A extends ArgsDef> = (
	context: Context<A & typeof COMMON_ARGS>,
) => Extract<keyof A, "ping" | "jitter"> extends never ? Outcome : Promise<Work>;

/** How a command presents itself. */
export interface About {
	readonly name: string;
	/** Further paragraphs of the help, already wrapped at 80 columns. */
	readonly details?: string;
	readonly examples: readonly [Example, Example, ...Example[]];
	/** What stands after `--`, for the usage line; absent where nothing may stand there. */
	readonly rest?: string;
	/**
	 * True where it goes on in spite of faults in the config of single components, and looks at `componentFaults` itself.
	 */
	readonly componentsApart?: boolean;
	/** True where the work is what counts: it goes on where stdout cannot be written. Others are stopped then. */
	readonly works?: boolean;
}

/** A verb of the tool. */
export interface Command {
	readonly about: About;
	/** Its own arguments and the common ones. */
	readonly args: ArgsDef;
	/**
	 * Runs it on words that were checked; gives a child's exit code, or nothing when all is done; throws a `Fault` for
	 * the others.
	 */
	start(words: readonly string[], frame: Frame): Promise<number | undefined>;
}

/** A verb that only has verbs of its own. */
export interface Group {
	readonly name: string;
	readonly verbs: Readonly<Record<string, Verb>>;
	/** The one of them that is meant where none is named; it takes the common flags alone. */
	readonly standard?: Verb;
}

/**
 * A verb's line in every help and completion, and where its code is; loaded only when it is called, because start-up
 * counts.
 */
export interface Verb {
	readonly summary: string;
	readonly load: () => Promise<{ default: Command | Group }>;
}

/** Each text through its declaration's parser; of a place that takes many, all of them. Throws its usage fault. */
function valuesOf(args: ArgsDef, texts: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const places = Object.keys(args).filter((name) => args[name]?.type === "positional");
	return Object.fromEntries(
		Object.entries(args).map(([name, arg]) => {
			if (takesMany(arg)) return [name, (texts._ as readonly string[]).slice(places.indexOf(name))];
			const text = texts[name];
			if (typeof text !== "string" || !("parse" in arg)) return [name, text];
			const shown = arg.type === "positional" ? name.toUpperCase() : `--${name}`;
			return [name, (arg.parse as Parse<unknown>)(shown, text)];
		}),
	);
}

/** Declares a verb: how it presents itself, its own arguments, and what it does. */
export function command<const A extends ArgsDef>(about: About, own: A, run: Run<A>): Command {
	const args = { ...own, ...COMMON_ARGS };
	return {
		about,
		args,
		start: async (words, frame) => {
			const definition = defineCommand({
				args,
				run: async ({ args: texts }) => {
					const values = valuesOf(args, texts) as ArgValues<A & typeof COMMON_ARGS>;
					const { begin, ...given } = await frame(values as Parameters<Frame>[0]);
					const work: Work | Awaited<Outcome> = await run({ ...given, args: values });
					if (typeof work !== "function") return work;
					await begin();
					return await work();
				},
			});
			try {
				const { result } = await runCommand(definition, { rawArgs: [...words] });
				return typeof result === "number" ? result : undefined;
			} catch (error) {
				// What `checkArguments` let through and citty does not take is the caller's mistake all the same.
				if (error instanceof Error && error.name === "CLIError") throw new Fault("usage", error.message);
				throw error;
			}
		},
	};
}
