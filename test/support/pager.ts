import { OutputPair } from "./output-pair.ts";
import type { Variables } from "./servers.ts";
import { BINARY } from "./tangles.ts";

const PROMPT = "page_shown";
/** On a terminal of 24 lines with 80 columns: `$0 words...` into less; then how both ended. */
const SHOW = `stty rows 24 cols 80; "$@" | less -P${PROMPT}; echo "ended with \${PIPESTATUS[*]}"`;

/**
 * Looks at the output of a command through `less`, leaves after the first page, and gives what was on the terminal: the
 * pager's and, as its last line, the exit codes of both.
 */
export async function paged(words: readonly string[], env: Variables, cwd: string): Promise<string> {
	const quoted = [BINARY, ...words].map((word) => `'${word}'`).join(" ");
	const output = new OutputPair();
	const child = Bun.spawn(
		["script", "-qec", `bash -c '${SHOW.replaceAll("'", "'\\''")}' bash ${quoted}`, "/dev/null"],
		{
			...{ cwd, env: { ...env, TERM: "xterm", LESSSECURE: "1", LESSHISTFILE: "-", PATH: process.env.PATH ?? "" } },
			...{ stdin: "pipe", stdout: output.childEnd, stderr: "inherit" },
		},
	);
	output.given();
	let screen = "";
	let left = false;
	for await (const bytes of output.ourEnd) {
		screen += new TextDecoder().decode(bytes);
		if (left || !screen.includes(PROMPT)) continue;
		left = true;
		child.stdin.write("q");
		child.stdin.flush();
	}
	await child.exited;
	return screen;
}
