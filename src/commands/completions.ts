import { Fault } from "../base/fault.ts";
import { command } from "../cli/command.ts";
import { bashScript } from "../cli/completions/bash.ts";
import { declaredTool } from "../cli/completions/declared.ts";
import { fishScript } from "../cli/completions/fish.ts";
import { zshScript } from "../cli/completions/zsh.ts";

const SCRIPTS = new Map([
	["bash", bashScript],
	["zsh", zshScript],
	["fish", fishScript],
]);

export default command(
	{
		name: "completions",
		details:
			"Prints the script. Load it where the shell starts:\n" +
			"  bash  source <(tangles completions bash)     in ~/.bashrc\n" +
			"  zsh   source <(tangles completions zsh)      in ~/.zshrc, after compinit\n" +
			"  fish  tangles completions fish | source      in ~/.config/fish/config.fish",
		examples: [
			{ run: "tangles completions bash", does: "the script, on stdout" },
			{ run: "tangles completions fish --json", does: "the same in a JSON document" },
		],
	},
	{ shell: { type: "positional", required: true, choices: [...SCRIPTS.keys()], description: "bash, zsh or fish" } },
	async ({ args, out, verbs }) => {
		const { shell } = args;
		const script = SCRIPTS.get(shell);
		if (script === undefined) {
			throw new Fault("usage", `there are no completions for "${shell}"`, { hint: "give bash, zsh or fish" });
		}
		out.document({ shell, script: script(await declaredTool(verbs)) }, (it) => it.script);
	},
);
