import { beforeAll, describe, expect, test } from "bun:test";
import { userName } from "../../src/commands/shared/user-name.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { LockScene } from "../support/lock-scene.ts";
import { BINARY, type Ended, Running } from "../support/tangles.ts";

const BUG = /unforeseen|\n\s+at |panic/;
/** Somebody with no entry in /etc/passwd, whose processes nobody else counts. */
const NOBODY = "setpriv --reuid 4243 --regid 4243 --clear-groups";
/** Neither the config nor the binary is in /tmp any more: the whole checkout may be. */
const MOVED = `mount -t tmpfs none /run; cp "$TANGLES_CONFIG" /run; export TANGLES_CONFIG=/run/tangles.yaml;
touch /run/tangles; mount --bind "$0" /run/tangles; BASH_ARGV0=/run/tangles;`;

/** Runs `script` by a shell in mounts and processes of its own; `$0` is the binary. */
async function inside(scene: { env: Readonly<Record<string, string>> }, script: string): Promise<Ended> {
	const command = ["unshare", "--mount", "--pid", "--fork", "bash", "-c", script, BINARY];
	return await new Running(command, scene.env).ended();
}

beforeAll(() => {
	// Without these rights nothing of this file can be tried.
	expect(Bun.spawnSync(["unshare", "--mount", "--pid", "--fork", "true"]).exitCode).toBe(0);
});

describe("what a host may lack, and a run does not need: as ever", () => {
	for (const [what, script] of [
		["/proc/uptime (ProcSubset=pid)", "mount -t proc -o subset=pid proc /proc; test ! -e /proc/uptime || exit 9;"],
		["/etc/passwd", "mount -t tmpfs none /etc;"],
		["a passwd that may be read", "mount -t tmpfs none /etc; mkdir /etc/passwd;"],
		["an entry in /etc/passwd", "mount --bind /dev/null /etc/passwd;"],
		["/sys and /dev", "for it in /sys /dev; do mount -t tmpfs none $it; done;"],
		["stdin", "exec <&-;"],
		["stderr", "exec 2>&-;"],
		["other processes: it is the first one", "mount -t proc proc /proc;"],
		["a /tmp that may be written to", `${MOVED} mount -t tmpfs -o ro none /tmp;`],
		["a /tmp with room", `${MOVED} mount -t tmpfs -o size=4k,nr_inodes=1 none /tmp;`],
		["a /tmp that programs may be run from", `${MOVED} mount -t tmpfs -o noexec none /tmp;`],
		["the folder of TMPDIR", "export TMPDIR=/no/such;"],
		["a home", "export HOME=/no/such;"],
		["any environment", 'set -- env -i "TANGLES_CONFIG=$TANGLES_CONFIG" PATH=/usr/bin:/bin;'],
		["a time zone", "export TZ=No/Where;"],
		["a locale", "set -- env LANG=C LC_ALL=xx_XX;"],
		["room for files: ulimit -f 0", "ulimit -f 0;"],
		["rights for what it makes: umask 777", "umask 777;"],
		["core files and locked memory", "ulimit -c 0 -l 0;"],
		["signals that nobody has blocked", "trap '' HUP INT PIPE CHLD USR1 USR2;"],
	] as const) {
		test(what, async () => {
			await using place = await LockScene.create();
			const { code, out, err } = await inside(place, `set --; ${script} exec "$@" "$0" locks exec /x -- echo worked`);
			expect({ code, out, err }).toEqual({ code: 0, out: "worked\n", err: "" });
		});
	}

	test("stdout, and all three streams: the child's code, and nothing breaks", async () => {
		await using place = await LockScene.create();
		for (const closed of [">&-", "<&- >&- 2>&-"]) {
			const { code, err } = await inside(place, `exec ${closed}; exec "$0" locks exec /x -- sh -c 'exit 7'`);
			expect({ closed, code, err }).toEqual({ closed, code: 7, err: "" });
		}
	});

	test.each([
		["is missing", "export TMPDIR=/no/such;", "ENOENT"],
		["is read-only", "export TMPDIR=/run; mount -t tmpfs -o ro none /run;", "EROFS"],
		["has no inode left", "export TMPDIR=/run; mount -t tmpfs -o nr_inodes=1 none /run;", "ENOSPC"],
	])("a component whose TMPDIR %s: 78 with the reason, and no batch is taken", async (_, script, says) => {
		await using scene = await ComponentScene.create();
		const [id = ""] = await scene.archived(1);
		const { code, out, err } = await inside(scene, `${script} exec "$0" component Sample -q -- true`);
		expect({ code, out }).toEqual({ code: 78, out: "" });
		expect(err).toContain(`no folder for reports can be made: ${says}`);
		expect(err).toContain("set TMPDIR to a folder that may be written to");
		expect(await scene.outcomes(id)).toEqual([]);
		expect((await scene.batch(id)).claim).toBe(0);
	});

	test("as the first process of a container it reaps what its work has left to it", async () => {
		await using place = await LockScene.create();
		const orphans = "for n in 1 2 3 4 5; do sh -c 'sleep 0.05 & exit 0'; done; sleep 0.5; ps -e -o stat= -o comm=";
		const script = `mount -t proc proc /proc; exec "$0" locks exec /x -- bash -c "${orphans}"`;
		const { code, out } = await inside(place, script);
		expect(code).toBe(0);
		expect(out).toContain("tangles");
		expect(out.split("\n").filter((line) => line.startsWith("Z"))).toEqual([]);
	});

	test("a component without /proc/uptime does its batch and records it", async () => {
		await using scene = await ComponentScene.create();
		const [id = ""] = await scene.archived(1);
		const script = 'mount -t proc -o subset=pid proc /proc; exec "$0" component Sample -q -- true';
		expect(await inside(scene, script)).toMatchObject({ code: 0, err: "" });
		expect(await scene.outcomes(id)).toEqual([true]);
	});
});

test("who runs it has no name here: uid N, in the lock's node and in an event", async () => {
	await using place = await LockScene.create();
	const script = 'mount -t tmpfs none /etc; exec "$0" locks exec /x -- "$0" locks show /x --json';
	const { code, out } = await inside(place, script);
	expect(code).toBe(0);
	expect(JSON.parse(out).nodes[0].made_by.user).toBe(`uid ${process.getuid?.()}`);
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const event = await inside(
		scene,
		`mount --bind /dev/null /etc/passwd; exec "$0" batches event ${id} X --success --json`,
	);
	expect(JSON.parse(event.out).event.agent).toStartWith("uid ");
	// Here there is one.
	expect(userName()).not.toStartWith("uid ");
});

describe("limits that are too low for any run: 69, the limit named, nothing taken", () => {
	for (const [what, limits, says] of [
		["files: fewer than the config needs", "ulimit -n 5;", "this host lets tangles open no more files"],
		["files: fewer than a child needs", "ulimit -n 8;", "have open files: 8 at a time; at least 32 are needed"],
		["files: one less than needed", "ulimit -n 31;", "have open files: 31 at a time; at least 32 are needed"],
		["stack: parts of the runtime fail", "ulimit -s 192;", "have 192 KiB of stack; 512 are needed"],
		[
			"processes: no room for a child",
			`prlimit --nproc=63 --pid $$; set -- ${NOBODY};`,
			"have processes and threads: 63 at a time",
		],
	] as const) {
		test(what, async () => {
			await using place = await LockScene.create();
			const { code, out, err } = await inside(place, `${limits} exec "$@" "$0" locks exec /x -- echo worked`);
			expect({ code, out }).toEqual({ code: 69, out: "" });
			expect(err).toContain(says);
			expect(err).toContain("raise");
			expect(err).not.toMatch(BUG);
			expect(await (await place.session()).children("/x")).toBeUndefined();
		});
	}

	test("at the limit itself a lock is taken, and a component works", async () => {
		await using scene = await ComponentScene.create();
		const [id = ""] = await scene.archived(1);
		expect(await inside(scene, 'ulimit -n 32 -s 512; exec "$0" component Sample -q -- true')).toMatchObject({
			code: 0,
			err: "",
		});
		expect(await scene.outcomes(id)).toEqual([true]);
	});
});

test("few files: fewer batches at a time, all of them done, and told", async () => {
	const fields = { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled" };
	const sample = { ...fields, "queue-length": 12, "max-threads": 12 };
	await using scene = await ComponentScene.create({ components: { Sample: sample } });
	const ids = await scene.archived(12);
	const { code, err } = await inside(scene, 'ulimit -n 40; exec "$0" component Sample -- true');
	expect({ code, err }).toMatchObject({
		code: 0,
		err: expect.stringContaining("2 at a time, not 12: this host lets tangles open 40 files"),
	});
	for (const id of ids) expect(await scene.outcomes(id)).toEqual([true]);
});

test("doctor tells what the runtime cannot live with, and a limit on files", async () => {
	await using place = await LockScene.create();
	const { out } = await inside(place, 'ulimit -n 64; ulimit -v 8000000; exec "$0" doctor --json');
	const { lines } = JSON.parse(out) as { lines: { part: string; state: string; text: string; hint?: string }[] };
	expect(lines.filter(({ part }) => part === "host")).toMatchObject([
		{ state: "ok", text: `runs as ${userName()}` },
		{ state: "warn", text: "open files limited to 64: fewer children run at a time (at least 32 are needed)" },
		{
			state: "warn",
			text: expect.stringContaining("address space limited to 7812 MiB: the runtime may abort (exit 134)"),
		},
	]);
});
