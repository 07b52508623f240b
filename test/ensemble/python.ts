import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const PINS = join(ROOT, "scripts/benches/kazoo/requirements.txt");
const VENV = join(ROOT, ".local/ensemble/python");

async function run(...command: readonly string[]): Promise<void> {
	const child = Bun.spawn([...command], { stdout: "ignore", stderr: "pipe" });
	const err = await new Response(child.stderr).text();
	if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${err}`);
}

/** The Python with kazoo, made once. Its path. */
export async function pythonWithKazoo(): Promise<string> {
	const [installed, pins] = [join(VENV, "installed.txt"), await readFile(PINS, "utf8")];
	if ((await Bun.file(installed).exists()) && (await readFile(installed, "utf8")) === pins)
		return join(VENV, "bin/python");
	await mkdir(VENV, { recursive: true });
	await run("python3", "-m", "venv", "--clear", VENV);
	await run(join(VENV, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "-r", PINS);
	await writeFile(installed, pins);
	return join(VENV, "bin/python");
}

/** The command that runs one of this folder's programs in Python. */
export function program(python: string, name: string): string[] {
	// Isolated, without site packages where the program needs none: it starts in 8 ms.
	return [python, ...(name === "section.py" ? ["-ISE"] : []), join(import.meta.dir, "programs", name)];
}
