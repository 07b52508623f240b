import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { ComponentScene } from "../support/component-scene.ts";
import { paged } from "../support/pager.ts";
import { shared } from "../support/servers.ts";
import { bringShells } from "../support/shells.ts";
import { BINARY, Running } from "../support/tangles.ts";

/** More than fits into a pipe, so that a reader that leaves is noticed. */
const BATCHES = 3000;

let scene: ComponentScene;
beforeAll(async () => {
	await bringShells();
	scene = await ComponentScene.create();
	await scene.command(["init", "--max-tcn", "5"]).ended();
	await scene.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2 } });
	const ids = Array.from({ length: BATCHES }, (_, at) => `{"id":"B${at}-RT1","type":"Newspaper"}\n`);
	const lines = new Blob(ids);
	await new Running([BINARY, "batches", "add", "--stdin"], env(), scene.folder, lines).ended();
	await scene.locks.take("/x");
});
afterAll(async () => {
	await scene[Symbol.asyncDispose]();
});

const env = () => ({ ...scene.env, FAKTORY_URL: shared.faktory() });

/** Each prints a page or more. */
const COMMANDS = [
	...["--help", "produce --help", "locks --help", "status", "status --watch", "doctor", "locks ls", "locks show /x"],
	...["batches ls", "batches show B1-RT1", "verify --tcn 2", "init --dry-run", "completions bash"],
];

test.each(COMMANDS)("tangles %s | less: plain text, and leaving the pager ends it quietly", async (line) => {
	const screen = await paged(line.split(" "), env(), scene.folder);
	expect(screen.trimEnd()).toEndWith("ended with 0 0");
	// So the pager shows an escape sequence and a carriage return.
	expect(screen).not.toMatch(/ESC|\^M/);
	expect(screen).not.toMatch(/^\S*error |EPIPE|forced exit/m);
});

test.each(COMMANDS)("tangles %s: a reader that was never there is no failure", async (line) => {
	const fifo = join(scene.folder, `fifo-${crypto.randomUUID()}`);
	const shell = 'mkfifo "$0"; exec 3<>"$0" 4>"$0" 3<&-; exec "$@" >&4';
	const { code, out, err } = await new Running(
		["bash", "-c", shell, fifo, BINARY, ...line.split(" ")],
		env(),
		scene.folder,
	).ended();
	expect({ code, out }).toEqual({ code: 0, out: "" });
	expect(err).not.toMatch(/ error |EPIPE|forced exit|\n +at /);
});

// Lists with several times in a row, such as that of the locks, are wider.
test.each([
	...["status", "doctor", "init --dry-run", "produce --dry-run", "recover --dry-run", "verify --tcn 3"],
	"component Sample --dry-run -- true",
])("tangles %s fits 80 columns", async (line) => {
	await scene.stencils.updateOne({ rootstock_tcn: 1, scion_tcn: 2 }, { $set: { state: 1 } });
	const { out } = await new Running([BINARY, ...line.split(" ")], env(), scene.folder).ended();
	expect(out).not.toBe("");
	expect(out.split("\n").filter((it) => it.length > 80)).toEqual([]);
});
