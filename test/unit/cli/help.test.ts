import { expect, test } from "bun:test";
import { checkArguments } from "../../../src/cli/arguments.ts";
import type { Command, Verb } from "../../../src/cli/command.ts";
import { scanCommandLine } from "../../../src/cli/command-line.ts";
import { commandHelp } from "../../../src/cli/help.ts";
import { VERBS } from "../../../src/commands/index.ts";

test("every verb's help fits 80 columns, and its examples are commands that exist, with flags that exist", async () => {
	const commands: { command: Command; summary: string }[] = [];
	const load = async ([name, verb]: [string, Verb]): Promise<void> => {
		const found = (await verb.load()).default;
		if ("verbs" in found) {
			expect(found.name).toBe(name);
			await Promise.all(Object.entries(found.verbs).map(load));
		} else commands.push({ command: found, summary: verb.summary });
	};
	await Promise.all(Object.entries(VERBS).map(load));
	expect(commands.length).toBeGreaterThan(8);
	for (const { command, summary } of commands) {
		const help = commandHelp(command, summary);
		for (const line of help.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
		for (const { run } of command.about.examples) {
			const call = `tangles ${command.about.name} `;
			expect(`${run} `).toStartWith(call);
			checkArguments(scanCommandLine(run.slice(call.length).split(" ").filter(Boolean)).own, command.args, "");
		}
	}
});
