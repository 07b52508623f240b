import { expect, test } from "bun:test";
import { copyFile, exists, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "../../src/base/running.ts";
import { Running } from "../support/tangles.ts";

const SCRIPT = "end-with-parent";

/** As scripts/test: it has started a process in a session of its own, and that another one. */
const PARENT = `
"$0/${SCRIPT}" "RUN=$1" "$0/data"
env RUN="$1-file" setsid bash -c 'sleep 1000 & echo "started $$"; wait' &
read -r
`;

test.each([
	["is killed", async (parent: Running) => parent.kill("SIGKILL")],
	["is killed with its group", async ({ pid }: Running) => process.kill(-pid, "SIGKILL")],
	[
		"ends, and its folder is gone",
		async (parent: Running, folder: string) => {
			await rm(folder, { recursive: true });
			parent.kill("SIGTERM");
		},
	],
])("what a test run has started ends where the run %s; nothing else does", async (_, end) => {
	const folder = await mkdtemp(join(tmpdir(), "tangles-test-run-"));
	await mkdir(join(folder, "data"));
	await copyFile(join(import.meta.dir, "../../scripts", SCRIPT), join(folder, SCRIPT));
	const command = ["setsid", "bash", "--norc", "-c", PARENT, folder, crypto.randomUUID()];
	await using other = new Running(["sleep", "1000"], { PATH: process.env.PATH ?? "", RUN: "another" });
	await using parent = new Running(command, { PATH: process.env.PATH ?? "" }, folder, new ReadableStream());
	await parent.line("started");
	await end(parent, folder);
	// Both processes, and what ends them, have its output open.
	await parent.ended();
	expect(await exists(join(folder, "data"))).toBe(false);
	expect(isRunning(other.pid)).toBe(true);
	await rm(folder, { recursive: true, force: true });
});
