import type { Command, Group, Verb } from "../command.ts";
import { COMMON_ARGS, TOOL_ARGS } from "../common-args.ts";
import { ownArgs, type ShownFlag, shownCodes, shownFlags, shownPlaces, usageLine } from "../help.ts";
import { entry, filled, headed, literal, type ManPage, roff, section, subsection } from "./roff.ts";

const pageName = (verb: string) => `tangles-${verb}`;
const reference = (name: string, number: number) => `\\fB${roff(name)}\\fR(${number})`;

const flagEntries = (flags: readonly ShownFlag[]) =>
	flags.flatMap(({ short, long, hint, says }) => {
		const letter = short === undefined ? "" : `${headed(short)}, `;
		return entry(`${letter}${headed(long, hint)}`, says);
	});

const synopsis = (command: Command) => literal(usageLine(command).replace(/^usage: /, ""));

/** The paragraphs of a help: those with lines that are set in stay as they are. */
function detailLines(details: string): string[] {
	return details.split("\n\n").flatMap((paragraph) => {
		const lines = paragraph.split("\n");
		const inset = lines.findIndex((line) => line.startsWith(" "));
		if (inset < 0) return [".PP", ...filled(lines.join(" "))];
		const running = lines.slice(0, inset);
		const before = running.length === 0 ? [] : [".PP", ...filled(running.join(" "))];
		return [...before, ".PP", ...literal(lines.slice(inset).join("\n"))];
	});
}

const exampleLines = ({ about }: Command) =>
	about.examples.flatMap(({ run, does }) => [".PP", ...filled(`${does}:`), ".PP", ".RS 4", ...literal(run), ".RE"]);

/** What is said of a command after its synopsis. */
function descriptionOf(command: Command, summary: string): string[] {
	const { details } = command.about;
	return [...filled(`${summary}.`), ...(details === undefined ? [] : detailLines(details))];
}

/** The page of a verb that works: `tangles-produce(1)`. */
function commandPage(name: string, command: Command, summary: string): ManPage {
	const places = shownPlaces(command).flatMap(([place, says]) => entry(headed(place), says));
	return {
		name: pageName(name),
		section: 1,
		summary,
		body: [
			...section("SYNOPSIS", synopsis(command)),
			...section("DESCRIPTION", descriptionOf(command, summary)),
			...section("ARGUMENTS", places),
			...section("OPTIONS", flagEntries(shownFlags(ownArgs(command)))),
			...commonSections(),
			...section("EXAMPLES", exampleLines(command).slice(1)),
			...seeAlso(),
		],
	};
}

/** The page of a verb that has verbs of its own, with a part for each. */
async function groupPage(name: string, group: Group, summary: string): Promise<ManPage> {
	const parts = await Promise.all(
		Object.entries(group.verbs).map(async ([below, verb]) => {
			const found = (await verb.load()).default;
			if ("verbs" in found) throw new Error(`${name} ${below}: verbs stand two deep at most`);
			const own = shownFlags(ownArgs(found));
			const places = shownPlaces(found).flatMap(([place, says]) => entry(headed(place), says));
			const all = [...places, ...flagEntries(own), ...exampleLines(found)];
			return subsection(`${name} ${below}`, [...synopsis(found), ".PP", ...descriptionOf(found, verb.summary), ...all]);
		}),
	);
	return {
		name: pageName(name),
		section: 1,
		summary,
		body: [
			...section("SYNOPSIS", literal(`tangles ${name} COMMAND [flags]`)),
			...section("DESCRIPTION", filled(`${summary}.`)),
			...section("COMMANDS", parts.flat()),
			...commonSections(),
			...seeAlso(),
		],
	};
}

const commonSections = () => [
	...section("COMMON OPTIONS", flagEntries(shownFlags(COMMON_ARGS))),
	...section("EXIT STATUS", filled("Those of tangles(1).")),
];

const seeAlso = () => section("SEE ALSO", [`${reference("tangles", 1)}, ${reference("tangles.yaml", 5)}`]);

/** Variables that are read beside those of the config's keys. */
const VARIABLES: readonly (readonly [string, string])[] = [
	["TANGLES_CONFIG", "the config file, where `-c` names none"],
	["TANGLES_MONGO_URI, FAKTORY_URL, TANGLES_ZOOKEEPER", "the servers: they beat the config file"],
	["FAKTORY_PROVIDER", "name of the variable that is read in place of FAKTORY_URL"],
	["NO_COLOR", "no colours, where it is set to anything"],
	["NOTIFY_SOCKET, WATCHDOG_USEC", "of systemd: where to report readiness and progress, and how often"],
	["BUN_OPTIONS, BUN_BE_BUN", "of the runtime: they change what the program does, so keep them unset"],
];

function toolPage(verbs: Readonly<Record<string, Verb>>): ManPage {
	const pages = Object.keys(verbs).map((name) => reference(pageName(name), 1));
	return {
		name: "tangles",
		section: 1,
		summary: "producer and autonomous components for cron hosts",
		body: [
			...section("SYNOPSIS", literal("tangles COMMAND [flags]")),
			...section(
				"DESCRIPTION",
				filled(
					"One executable; MongoDB, Faktory and ZooKeeper hold everything. It pushes the jobs of an enumeration and works on " +
						"them, runs the autonomous components of a digital library, and shows who holds which lock. No work is lost, no " +
						"batch is worked on twice at once, and failures are always visible. stdout is payload, stderr is for people.",
				),
			),
			...section(
				"COMMANDS",
				Object.entries(verbs).flatMap(([name, { summary }]) => entry(reference(pageName(name), 1), summary)),
			),
			...section("OPTIONS", flagEntries(shownFlags(TOOL_ARGS))),
			...section(
				"EXIT STATUS",
				shownCodes().flatMap(({ code, meaning }) => entry(headed(String(code)), meaning)),
			),
			...section(
				"ENVIRONMENT",
				VARIABLES.flatMap(([name, says]) => entry(headed(name), says)),
			),
			...section("FILES", entry(headed("/etc/tangles/tangles.yaml"), "the host's config, see tangles.yaml(5)")),
			...section("SEE ALSO", [...pages.map((page) => `${page},`), reference("tangles.yaml", 5)]),
		],
	};
}

/** A page for the tool and one for each verb, from the declarations that `--help` shows. Loads every verb. */
export async function commandPages(verbs: Readonly<Record<string, Verb>>): Promise<ManPage[]> {
	const pages = await Promise.all(
		Object.entries(verbs).map(async ([name, { load, summary }]) => {
			const found = (await load()).default;
			return "verbs" in found ? await groupPage(name, found, summary) : commandPage(name, found, summary);
		}),
	);
	return [toolPage(verbs), ...pages];
}
