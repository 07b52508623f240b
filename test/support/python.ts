import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Running } from "./tangles.ts";

const ROOT = join(import.meta.dir, "../..");
const VENV = join(ROOT, ".local/python");
const PINS = join(ROOT, "test/python/requirements.txt");

async function sh(...command: string[]): Promise<void> {
	const child = Bun.spawn(command, { stdout: "ignore", stderr: "pipe" });
	const talk = await new Response(child.stderr).text();
	if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${talk}`);
}

/** The Python environment with pyfaktory, made once. */
async function environment(): Promise<void> {
	const installed = join(VENV, "installed.txt");
	const pins = await readFile(PINS, "utf8");
	if ((await readFile(installed, "utf8").catch(() => "")) === pins) return;
	await mkdir(join(ROOT, ".local"), { recursive: true });
	await sh("python3", "-m", "venv", "--clear", VENV);
	await sh(join(VENV, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "-r", PINS);
	await Bun.write(installed, pins);
}

/** A program of test/python. */
export async function python(program: string, ...words: readonly string[]): Promise<Running> {
	await environment();
	const command = [join(VENV, "bin/python"), join(ROOT, "test/python", program), ...words];
	return new Running(command, { PATH: process.env.PATH ?? "" });
}
