import { beforeAll, expect, test } from "bun:test";
import type { Verb } from "../../src/cli/command.ts";
import { command } from "../../src/cli/command.ts";
import { declaredTool, valuedFlags } from "../../src/cli/completions/declared.ts";
import { VERBS } from "../../src/commands/index.ts";
import { bringShells, SHELLS, ShellScene } from "../support/shells.ts";
import { tangles } from "../support/tangles.ts";

beforeAll(bringShells);

/** What a command's help lists in the section `heading`, without the letters. */
async function helped(heading: RegExp, ...words: string[]): Promise<string[]> {
	const { out } = await tangles([...words, "--help"]);
	const sections = out.split(/\n\n/).filter((section) => heading.test(section));
	const names = sections.flatMap((section) => [...section.matchAll(/^ {2}(?:-\w, | {4})?(--[\w-]+|[a-z][\w-]*)/gm)]);
	return names.map(([, name = ""]) => name).toSorted();
}

for (const shell of SHELLS) {
	test(`${shell} offers what the help lists, and nothing else`, async () => {
		await using scene = await ShellScene.create(shell, ["a.ts", "b.yaml"]);
		const verbs = await helped(/^Commands/);
		expect(verbs).toContain("produce");
		expect(await scene.offered("tangles ")).toEqual(verbs);
		expect(await scene.offered("tangles rec")).toEqual(["recover"]);
		const below = await helped(/^Commands/, "locks");
		expect(below).toContain("watch");
		expect(await scene.offered("tangles locks ")).toEqual(below);
		const flags = await helped(/^(Common f|F)lags/, "produce");
		for (const flag of ["--until-tcn", "--no-lock", "--config"]) expect(flags).toContain(flag);
		expect(await scene.offered("tangles produce --")).toEqual(flags);
		expect(await scene.offered("tangles locks exec --kill")).toEqual(["--kill-after"]);
	});

	test(`${shell} offers the choices of a flag, files where a file is meant, and nothing where only the person knows`, async () => {
		await using scene = await ShellScene.create(shell, ["a.ts", "b.yaml"]);
		expect(await scene.offered("tangles produce --if-locked ")).toEqual(["fail", "skip"]);
		expect(await scene.offered("tangles produce --once --if-locked s")).toEqual(["skip"]);
		const joined = await scene.offered("tangles produce --if-locked=");
		expect(joined.map((word) => word.replace("--if-locked=", ""))).toEqual(["fail", "skip"]);
		expect(await scene.offered("tangles completions ")).toEqual(["bash", "fish", "zsh"]);
		expect(await scene.offered("tangles produce -c ")).toEqual(["a.ts", "b.yaml"]);
		expect(await scene.offered("tangles component --module a")).toEqual(["a.ts"]);
		expect(await scene.offered("tangles produce --until-tcn ")).toEqual([]);
		expect(await scene.offered("tangles -c b.yaml lock-")).toEqual(["lock-inspect"]);
		expect(await scene.offered("tangles component Sample -- cat b")).toEqual(["b.yaml"]);
		expect(await scene.offered("tangles produce -- ")).toEqual([]);
	});
}

test("no shell but these: 64, naming them", async () => {
	const { code, out, err } = await tangles(["completions", "tcsh"]);
	expect({ code, out }).toEqual({ code: 64, out: "" });
	expect(err).toContain('there are no completions for "tcsh"');
	expect(err).toContain("give bash, zsh or fish");
	const { script } = JSON.parse((await tangles(["completions", "fish", "--json"])).out);
	expect(script).toBe((await tangles(["completions", "fish"])).out);
});

test("a flag takes a value in all commands or in none, or no line could be taken apart", async () => {
	const verb = (name: string, type: "string" | "boolean"): Verb => {
		const about = {
			name,
			summary: name,
			examples: [
				{ run: "a", does: "b" },
				{ run: "c", does: "d" },
			],
		} as const;
		const made = command(about, { watch: { type } }, async () => {});
		return { summary: name, load: async () => ({ default: made }) };
	};
	const both = await declaredTool({ a: verb("a", "string"), b: verb("b", "boolean") });
	expect(() => valuedFlags(both)).toThrow("with a value in one command, and without in another: --watch");
	expect(valuedFlags(await declaredTool(VERBS))).toContain("--if-locked");
});
