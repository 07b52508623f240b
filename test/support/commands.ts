import type { Command, Group, Verb } from "../../src/cli/command.ts";
import { VERBS } from "../../src/commands/index.ts";

async function commandsOf(verbs: Readonly<Record<string, Verb>>): Promise<Command[]> {
	const loaded: (Command | Group)[] = await Promise.all(
		Object.values(verbs).map(async ({ load }) => (await load()).default),
	);
	const nested = await Promise.all(loaded.map(async (it) => ("verbs" in it ? await commandsOf(it.verbs) : [it])));
	return [...new Set(nested.flat())];
}

/** Every command of the tool, those of groups too, each once. */
export const COMMANDS = await commandsOf(VERBS);
