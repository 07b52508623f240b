import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bringPrograms } from "./programs.ts";
import { tangles } from "./tangles.ts";

/** Brings the shells in which completions are tested, and less, where they are missing. */
export async function bringShells(): Promise<void> {
	await bringPrograms("zsh", "fish", "less");
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * Calls what `complete` has registered, with the words as bash takes them apart; a blank at the end is an empty word.
 */
const BASH = `
source "$1"
shift
registered=$(complete -p tangles) && [[ $registered =~ -F\\ ([^ ]+) ]] || exit 1
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"\${BASH_REMATCH[1]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/**
 * The line editor completes only on a terminal; what it would offer is what compadd is given. With -O, -A or -D compadd
 * is only asked what would match.
 */
const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f
zpty -w shell "PROMPT= RPROMPT= script=\${(q)1} hits=\${(q)3}"
zpty -w shell 'autoload -Uz compinit && compinit -u -D && source $script && bindkey "^I" complete-word'
zpty -w shell 'compadd() {
  local -a found
  if [[ " \${@[1,(i)(-|--)]} " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  builtin compadd -A found "$@"
  print -rl -- $found >>$hits
  builtin compadd "$@"
}'
zpty -w shell 'finish() { print -r -- "[end:of:completion]" }; comppostfuncs=(finish); print ready:to:"go"'
zpty -r shell line '*ready:to:go*'
zpty -w -n shell "$2"$'\\t'
zpty -r shell line '*\\[end:of:completion\\]*'
zpty -d shell
`;

const FISH = `source $argv[1]; complete -C $argv[2]`;

async function output(command: readonly string[], home: string): Promise<string> {
	const cwd = join(home, "here");
	const env = { PATH: process.env.PATH ?? "", HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, TERM: "vt100" };
	const child = Bun.spawn([...command], { env, cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
	const [out, err, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	// fish: 1 where it has nothing to offer.
	if (code !== 0 && !(command[0] === "fish" && code === 1 && out === ""))
		throw new Error(`${command[0]}: ${code} ${err}`);
	if (err !== "") throw new Error(`${command[0]} said: ${err}`);
	return out;
}

/** The words that bash makes of a line; a blank at its end begins an empty one. */
const bashWords = (line: string) => line.split(/ +|(=)/).filter((word) => word !== undefined);

/** A folder in which a shell completes, with the script that the binary prints for it. */
export class ShellScene implements AsyncDisposable {
	readonly #home: string;
	readonly #shell: Shell;

	private constructor(home: string, shell: Shell) {
		this.#home = home;
		this.#shell = shell;
	}

	static async create(shell: Shell, files: readonly string[] = []): Promise<ShellScene> {
		const home = await mkdtemp(join(tmpdir(), "tangles-shell-"));
		await mkdir(join(home, "here"));
		const { code, out, err } = await tangles(["completions", shell]);
		if (code !== 0 || err !== "") throw new Error(`completions ${shell}: ${code} ${err}`);
		await writeFile(join(home, "script"), out);
		for (const file of files) await writeFile(join(home, "here", file), "");
		return new ShellScene(home, shell);
	}

	/** What the shell offers at the end of `line`, sorted, without descriptions. */
	async offered(line: string): Promise<string[]> {
		const script = join(this.#home, "script");
		const words = (await this.#output(script, line)).split("\n").map((word) => word.split("\t")[0]?.trim() ?? "");
		return [...new Set(words.filter((word) => word !== ""))].toSorted();
	}

	async #output(script: string, line: string): Promise<string> {
		switch (this.#shell) {
			case "bash":
				return await output(["bash", "--norc", "-c", BASH, "bash", script, ...bashWords(line)], this.#home);
			case "fish":
				return await output(["fish", "--no-config", "-c", FISH, script, line], this.#home);
			case "zsh": {
				const hits = join(this.#home, "hits");
				await writeFile(hits, "");
				await output(["zsh", "-f", "-c", ZSH, "zsh", script, line, hits], this.#home);
				return await Bun.file(hits).text();
			}
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.#home, { recursive: true });
	}
}
