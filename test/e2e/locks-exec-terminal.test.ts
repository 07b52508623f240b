import { expect, test } from "bun:test";
import { LockScene } from "../support/lock-scene.ts";
import { ShellTerminal } from "../support/shell-terminal.ts";
import { BINARY } from "../support/tangles.ts";

// A word is typed in two parts ('wo''rd'), so that what the terminal echoes is not taken for what the work says.

/** A shell on a terminal, with a lock to run work under. */
async function terminal() {
	const place = await LockScene.create({ sessionTimeout: "20s" });
	const shell = new ShellTerminal(place.env);
	await shell.shows("ready> ");
	const exec = (command: string, more = "") => shell.type(`${BINARY} locks exec /x -- ${command}${more}\n`);
	return {
		place,
		shell,
		exec,
		[Symbol.asyncDispose]: async () => {
			await shell[Symbol.asyncDispose]();
			await place[Symbol.asyncDispose]();
		},
	};
}

test("the work reads from the terminal, and the shell has it back", async () => {
	await using at = await terminal();
	at.exec(`sh -c 'echo as''king; read a </dev/tty; echo "got"-$a'`);
	await at.shell.shows("asking");
	at.shell.type("hello\n");
	await at.shell.shows("got-hello");
	at.shell.type("echo 'rc'=$?\n");
	await at.shell.shows("rc=0");
});

test("an interactive shell under the lock has job control", async () => {
	await using at = await terminal();
	at.exec("env PS1='inner> ' bash --norc --noediting -i");
	const seen = await at.shell.shows("inner> ");
	expect(seen).not.toContain("no job control");
	at.shell.type("sh -c 'echo jo''b; read a; echo \"ended\"-$a'\n");
	await at.shell.shows("job");
	at.shell.type("\x1a");
	await at.shell.shows("Stopped");
	at.shell.type("fg\n");
	at.shell.type("x\n");
	await at.shell.shows("ended-x");
	at.shell.type("exit 5\n");
	at.shell.type("echo 'rc'=$?\n");
	await at.shell.shows("rc=5");
});

test("Ctrl-C reaches the work, which says how it ends", async () => {
	await using at = await terminal();
	at.exec(`sh -c 'trap "echo tr""apped; exit 9" INT; echo go""ing; while :; do sleep 0.05; done'`);
	await at.shell.shows("going");
	at.shell.type("\x03");
	await at.shell.shows("trapped");
	at.shell.type("echo 'rc'=$?\n");
	await at.shell.shows("rc=9");
});

test("Ctrl-Z stops the work and is told, the lock stays held, fg goes on", async () => {
	await using at = await terminal();
	at.exec(`sh -c 'echo go""ing; read a </dev/tty; echo "got"-$a'`);
	await at.shell.shows("going");
	at.shell.type("\x1a");
	await at.shell.shows("the work is stopped (SIGTSTP)");
	await at.shell.shows("Stopped");
	await expect(at.place.take("/x", 0)).rejects.toThrow("is held by");
	at.shell.type("fg\n");
	at.shell.type("yes\n");
	await at.shell.shows("got-yes");
	at.shell.type("echo 'rc'=$?\n");
	await at.shell.shows("rc=0");
	await at.place.untilGone("/x");
});

test("in the background it may not read, which stops it and is told; the shell keeps its terminal", async () => {
	await using at = await terminal();
	// With -b the shell tells at once that a job was stopped.
	at.shell.type("set -b\n");
	at.exec(`sh -c 'read a </dev/tty; echo "got"-$a'`, " &");
	await at.shell.shows("the work is stopped (SIGTTIN)");
	await at.shell.shows("Stopped");
	at.shell.type("echo 'shell'-has-it\n");
	await at.shell.shows("shell-has-it");
	at.shell.type("fg\n");
	at.shell.type("yes\n");
	await at.shell.shows("got-yes");
});

test("in a pipeline, and behind another program, the work has the terminal too", async () => {
	await using at = await terminal();
	at.exec(`sh -c 'echo as""king; read a </dev/tty; echo "got"-$a'`, " | cat");
	await at.shell.shows("asking");
	at.shell.type("one\n");
	await at.shell.shows("got-one");
	at.exec(`sh -c 'setpriv --reuid=65534 --clear-groups sh -c "echo as\\"\\"king; read a; echo got-\\$a"'`);
	await at.shell.shows("asking");
	at.shell.type("two\n");
	await at.shell.shows("got-two");
});

test("the work is killed while it has the terminal: the shell has it back", async () => {
	await using at = await terminal();
	at.exec(`sh -c 'echo go""ing; kill -KILL $$'`);
	await at.shell.shows("going");
	at.shell.type("echo 'rc'=$?\n");
	await at.shell.shows("rc=137");
});
