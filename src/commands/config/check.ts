import type { Log, LogFields } from "../../base/log.ts";
import { command } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit-codes.ts";
import type { ConfigFault } from "../../config/findings.ts";
import { inspectConfig } from "../../config/load.ts";

/** What is odd and no fault, in the form of a fault. `at`: file and line; `meant`: the key that it resembles. */
function warningOf(message: string, { at, key, meant, ...more }: LogFields = {}): ConfigFault {
	const [, file = null, line] = /^(.+?)(?::(\d+))?$/.exec(String(at ?? "")) ?? [];
	const rest = Object.entries(more).map(([name, value]) => ` (${name} ${value})`);
	const unread = message === "unknown key" ? "nothing reads this key: take it out, or correct its name" : null;
	return {
		file,
		line: line === undefined ? null : Number(line),
		variable: null,
		key: key === undefined ? null : String(key),
		message: `${message}${rest.join("")}`,
		hint: meant === undefined ? unread : `did you mean ${meant}?`,
	};
}

function lineOf(state: "fault" | "warn", { file, line, variable, key, message, hint }: ConfigFault): string {
	const place = file === null ? variable && `environment ${variable}` : line === null ? file : `${file}:${line}`;
	const text = [place, key, message].filter((part) => part !== null).join(": ");
	return `${state.padEnd(6)}${text}${hint === null ? "" : `\n      ${hint}`}`;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

export default command(
	{
		name: "config check",
		details:
			"Asks no server. Every fault and every warning of the file and the environment at\n" +
			"once, each with its place, key and hint; files that they name (passwords,\n" +
			"certificates) are read too. Exit 78 where there is a fault; a warning is none.",
		examples: [
			{ run: "tangles config check", does: "the file that commands would read, and the environment" },
			{ run: "tangles config check --json", does: "the same as one JSON document" },
		],
	},
	{},
	async ({ args, env, cwd, out }) => {
		const warnings: ConfigFault[] = [];
		const none = () => {};
		const log: Log = { debug: none, info: none, error: none, warn: (...line) => warnings.push(warningOf(...line)) };
		const { file, isUnusable, faults } = await inspectConfig({ file: args.config, env, cwd, log });
		out.document({ file: file ?? null, faults, warnings }, () => {
			const lines = [
				...faults.map((fault) => lineOf("fault", fault)),
				...warnings.map((warning) => lineOf("warn", warning)),
			];
			if (out.quiet && lines.length === 0) return "";
			const sum = `${counted(faults.length, "fault")}, ${counted(warnings.length, "warning")}`;
			const what = file ?? (isUnusable ? "the file cannot be used" : "no file, the environment alone");
			return [...lines, `${what}: ${sum}`].join("\n");
		});
		return faults.length === 0 ? EXIT_CODES.done.code : EXIT_CODES.config.code;
	},
);
