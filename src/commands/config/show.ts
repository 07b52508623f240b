import { command } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";

export default command(
	{
		name: "config show",
		details:
			"Asks no server. One line for each key that is in force: its value, and where it\n" +
			"comes from (default, file and line, environment). Secrets are ***, in addresses\n" +
			"too. A key of a server that nothing names, or without a value, is left out.",
		examples: [
			{ run: "tangles config show", does: "what the file, the environment and the defaults give" },
			{ run: "tangles config show --json", does: "the same as one JSON document" },
		],
	},
	{},
	async ({ args, config, out }) => {
		const { file, origins, values } = await config();
		const by = file === undefined ? null : args.config === undefined ? "found" : "flag --config";
		const rows = [...values].map(([key, value]) => ({ key, value, from: origins.get(key) ?? "default" }));
		out.document({ file: file ?? null, by, values: rows }, () => {
			const head =
				file === undefined ? "no file: the environment alone" : `file ${file}${by === "found" ? "" : ` (${by})`}`;
			return `${head}\n${table(
				["key", "value", "from"],
				rows.map(({ key, value, from }) => [key, value, from]),
			)}`;
		});
	},
);
