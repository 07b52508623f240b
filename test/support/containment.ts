import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFault } from "../../src/base/fault.ts";
import { sendSignal } from "../../src/locks/supervise/signals.ts";
import { ComponentScene, SAMPLE } from "./component-scene.ts";
import { Run } from "./tangles.ts";

/** A user that owns nothing here. */
export const NOBODY = 65534;
/** Somebody else, again. */
const OTHER = 65533;
const SESSION_MS = 3000;

/** Ticks under a tracer that is in a group of its own; ptrace(2): TRACEME 0, CONT 7. */
const TRACER = `setpgrp; my $no = (grep { /aarch64/ } qx(uname -m)) ? 117 : 101; my $pid = fork;
if (!$pid) { syscall($no, 0, 0, 0, 0); exec @ARGV }
while (waitpid($pid, 0) > 0 && ($? & 0x7f) == 0x7f) { my $s = $? >> 8; syscall($no, 7, $pid, 0, $s == 5 ? 0 : $s) }`;

/**
 * How work leaves its group. `$T` is the ticker, one program that takes no argument; `$HELPER` a setuid copy of
 * setpriv.
 */
export const WAYS = {
	timeout: "timeout 100 $T",
	"set -m": "set -m; $T & wait",
	setsid: "setsid $T & wait",
	"setsid -w": "setsid -w $T",
	"double fork": "(setsid sh -c '$T & exit' &); sleep 100",
	"own setpgid": "perl -e 'setpgrp; exec @ARGV' $T",
	"su -c": `if [ $(id -u) = 0 ]; then su -s /bin/sh nobody -c $T; else $HELPER --reuid=${OTHER} --clear-groups $T; fi`,
	"setuid helper": "$HELPER --reuid=0 --regid=0 --clear-groups $T",
	nohup: "nohup $T >/dev/null 2>&1 & wait",
	"background job": "$T >/dev/null 2>&1 & exit 0",
	"unshare -p": "if [ $(id -u) = 0 ]; then unshare -pf $T; else unshare -Upf $T; fi",
	"a traced process": 'perl -e "$TRACER" $T',
} as const;
export type Way = keyof typeof WAYS;

/** What ends the work. */
export const ENDINGS = ["mute", "SIGTERM", "SIGKILL", "time limit", "break", "normal end"] as const;
export type Ending = (typeof ENDINGS)[number];

/** As whom tangles runs, and what it may use. */
export const KINDS = ["root with cgroup", "root without", "plain user"] as const;
export type Kind = (typeof KINDS)[number];

const HIDE = `for place in $(awk '$3 == "cgroup2" { print $2 }' /proc/mounts); do umount -l "$place"; done; exec "$@"`;
/** Hides every cgroup v2 from what it runs, in a mount namespace of its own. */
export const WITHOUT_CGROUP = ["unshare", "-m", "sh", "-c", HIDE, "sh"];
const BEFORE: Readonly<Record<Kind, readonly string[]>> = {
	"root with cgroup": [],
	"root without": WITHOUT_CGROUP,
	"plain user": ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
};

export interface Cell {
	readonly kind: Kind;
	readonly way: Way;
	readonly ending: Ending;
}

export interface CellOutcome extends Cell {
	/** The last tick before the freeze or the end, in ms from what ended it; undefined where there was none at all. */
	readonly lastTickMs: number;
	/** In ms from the same moment, when nothing of the work lived any more. */
	readonly deadMs: number;
	/** True where it lived until the test itself killed it. */
	readonly outlived: boolean;
	/** Nobody else could take the lock while it outlived tangles' attempts. */
	readonly lockKept: boolean | undefined;
	readonly code: number;
	readonly told: string;
}

/** True for work that runs as somebody whom tangles may not signal, and that no cgroup holds. */
export function outOfReach({ kind, way }: Cell): boolean {
	return kind === "plain user" && (way === "su -c" || way === "setuid helper");
}

/**
 * Pids of what has `word` among its arguments or as its program, tangles' own processes and the tracer's shell left
 * out.
 */
async function processesOf(word: string): Promise<number[]> {
	const found: number[] = [];
	for (const pid of (await readdir("/proc")).map(Number).filter(Number.isInteger)) {
		const line = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
		const [program = "", second = ""] = line.split("\0");
		if (program === word || second === word) found.push(pid);
	}
	return found;
}

/**
 * Kills everything that a cell has started, until nothing of it is left: by the cell's folder, which stands in the
 * environment or the arguments of each. One pass may meet a process just before its exec, or before its fork.
 */
async function endAll(folder: string): Promise<void> {
	const anyLeft = async () => {
		let left = false;
		for (const pid of (await readdir("/proc")).map(Number).filter(Number.isInteger)) {
			const files = ["environ", "cmdline"].map((name) => readFile(`/proc/${pid}/${name}`, "latin1").catch(() => ""));
			if (!(await Promise.all(files)).some((text) => text.includes(folder))) continue;
			left = true;
			sendSignal(pid, "SIGKILL");
		}
		return left;
	};
	if (!(await until(async () => !(await anyLeft()), 20_000))) throw new Error(`${folder}: something cannot be ended`);
}

async function until(check: () => Promise<boolean>, withinMs: number): Promise<boolean> {
	const late = performance.now() + withinMs;
	while (performance.now() < late) {
		if (await check()) return true;
		await Bun.sleep(20);
	}
	return false;
}

/** True where nobody else can take the lock. */
async function isHeld(scene: ComponentScene, lock: string): Promise<boolean> {
	try {
		await (await scene.locks.take(lock, 0)).release();
		return false;
	} catch (error) {
		if (isFault(error, "locked")) return true;
		throw error;
	}
}

/** What `locks break` does to the lock of a batch. */
async function breakLock(scene: ComponentScene, lock: string): Promise<void> {
	const session = await scene.locks.session();
	const names = (await session.children(`${lock}/leases`)) ?? [];
	for (const name of names) await session.remove(`${lock}/leases/${name}`);
}

/** A component whose work leaves its group and ticks; what happened to it. */
export async function runCell(cell: Cell): Promise<CellOutcome> {
	const { kind, way, ending } = cell;
	const sample = { ...SAMPLE, "max-runtime": ending === "time limit" ? "1500ms" : "1h" };
	await using scene = await ComponentScene.create({
		sessionTimeout: `${SESSION_MS}ms`,
		components: { Sample: sample },
	});
	const folder = await mkdtemp(join(tmpdir(), "tangles-cell-"));
	const [ticker, ticks, helper, script, end] = ["ticker", "ticks", "helper", "work", "end"].map((name) =>
		join(folder, name),
	) as [string, string, string, string, string];
	await writeFile(ticker, `#!/bin/sh\nwhile :; do date +%s%3N >>${ticks}; sleep 0.02; done\n`, { mode: 0o755 });
	await writeFile(ticks, "", { mode: 0o666 });
	await chmod(ticks, 0o666);
	await copyFile("/usr/bin/setpriv", helper);
	await chmod(helper, 0o4755);
	const ends = way === "background job" || ending === "normal end";
	const wait = ends ? `while [ ! -e ${end} ]; do sleep 0.02; done; exit 0` : "wait; sleep 100";
	const leave = way === "background job" ? "$T >/dev/null 2>&1 &" : `(${WAYS[way]}) &`;
	await writeFile(
		script,
		`T=${ticker} HELPER=${helper} TRACER='${TRACER}'\n export T HELPER TRACER\n${leave}\n${wait}\n`,
	);
	await chmod(folder, 0o777);
	await chmod(scene.folder, 0o777);
	const lock = `/Sample/${(await scene.archived(1))[0]}`;
	const run = new Run(
		["component", "Sample", "-v", "--", "sh", script],
		{ ...scene.env, TMPDIR: folder },
		scene.folder,
		BEFORE[kind],
	);
	try {
		const readTicks = async () =>
			(await readFile(ticks, "utf8"))
				.trim()
				.split("\n")
				.filter((line) => line !== "")
				.map(Number);
		if (!(await until(async () => (await readTicks()).length > 2, 20_000))) {
			run.kill("SIGTERM");
			throw new Error(`${kind}, ${way}: it never ticked: ${(await run.ended()).err}`);
		}
		const limit = (await readTicks())[0] ?? 0;
		let from = Date.now();
		if (ending === "mute") scene.locks.proxy.mute();
		else if (ending === "SIGTERM" || ending === "SIGKILL") run.kill(ending);
		else if (ending === "break") await breakLock(scene, lock);
		else if (ending === "normal end") await writeFile(end, "");
		else from = limit + 1500;
		const gone = async () => (await processesOf(ticker)).length === 0;
		const outlives = outOfReach(cell);
		let lockKept: boolean | undefined;
		if (outlives) {
			await run.talk(ending === "SIGKILL" ? "cannot be ended and runs on" : "cannot be ended, because");
			if (ending !== "SIGKILL" && ending !== "mute") {
				lockKept = await isHeld(scene, lock);
			}
			if (await gone()) throw new Error(`${kind}, ${way}, ${ending}: told that it cannot be ended, and it has ended`);
			for (const pid of await processesOf(ticker)) process.kill(pid, "SIGKILL");
		}
		const died = await until(gone, 20_000);
		const deadMs = Date.now() - from;
		const ended = died ? await run.ended() : { code: -1, err: "it runs on" };
		for (const pid of await processesOf(ticker)) process.kill(pid, "SIGKILL");
		const last = (await readTicks()).at(-1) ?? 0;
		const told = ended.err
			.trim()
			.split("\n")
			.filter((line) => / (?:warn|error) /.test(line))
			.map((line) => line.slice(25))
			.join(" | ");
		return { ...cell, lastTickMs: last - from, deadMs, outlived: outlives || !died, lockKept, code: ended.code, told };
	} finally {
		run.kill("SIGKILL");
		await endAll(folder);
		await rm(folder, { recursive: true, force: true });
	}
}
