import { beforeAll, describe, expect, test } from "bun:test";
import { userName } from "../../src/commands/shared/user-name.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { LockScene } from "../support/lock-scene.ts";
import { BINARY, type Ended, Running } from "../support/tangles.ts";

const BUG = /unforeseen|\n\s+at |panic/;
/** Somebody with no entry in /etc/passwd, whose processes nobody else counts. */
const NOBODY = "setpriv --reuid 4243 --regid 4243 --clear-groups";

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
	] as const) {
		test(what, async () => {
			await using place = await LockScene.create();
			const { code, out, err } = await inside(place, `${script} exec "$0" locks exec /x -- echo worked`);
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
		expect(await inside(scene, 'ulimit -n 32; exec "$0" component Sample -q -- true')).toMatchObject({
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
