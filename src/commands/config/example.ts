import { command } from "../../cli/command.ts";
import { exampleFile } from "../../config/example-file.ts";

export default command(
	{
		name: "config example",
		details:
			"A file in YAML with every key, its default and what it is for, on stdout. All of\n" +
			"it is comments, so that it is valid as it stands: take the # off what you need.",
		examples: [
			{ run: "tangles config example", does: "the file; > tangles.yaml keeps it" },
			{ run: "tangles config example --json", does: "the same in a JSON document" },
		],
	},
	{},
	async ({ out }) => {
		out.document({ file: exampleFile() }, ({ file }) => file);
	},
);
