import { expect, test } from "bun:test";
import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene } from "../support/component-scene.ts";
import { BINARY, type Ended, Running } from "../support/tangles.ts";

const MADE = "tangles_run_ended_timestamp_seconds";

/**
 * A run of the component with one batch that is ready, after `prepare`, as a shell line whose `$0` is the scene's
 * folder.
 */
async function run(scene: ComponentScene, file: string, prepare = ":", before: readonly string[] = []): Promise<Ended> {
	const words = [BINARY, "component", "Sample", "-q", "--metrics-file", file, "--", "true"];
	const shell = ["bash", "-c", `${prepare}; "$@"`, scene.folder, ...words];
	return await new Running([...before, ...shell], scene.env, scene.folder).ended();
}

/** Names in the scene's folder that are neither its config nor listed. */
async function leftovers(scene: ComponentScene, ...known: readonly string[]): Promise<string[]> {
	return (await readdir(scene.folder)).filter((name) => !["tangles.yaml", ...known].includes(name));
}

test.each([
	["a device", "mknod x.prom c 1 3", "is a device"],
	["a symbolic link to a device", "ln -s /dev/null x.prom", "is a device"],
	["a folder", "mkdir x.prom", "is a folder"],
	["a fifo", "mkfifo x.prom", "is a fifo"],
	["a socket", `python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("x.prom")'`, "is a socket"],
	["links in a circle", "ln -s x.prom y; ln -s y x.prom", "is a circle of symbolic links"],
	["a link to a fifo", "mkfifo y; ln -s y x.prom", "is a fifo"],
	["below a file", "touch y; ln -s y/z x.prom", "is below a file"],
])("--metrics-file names %s: 64 before anything is done, and it stays what it is", async (_, prepare, says) => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const { code, out, err } = await run(scene, "x.prom", prepare);
	expect({ code, out }).toEqual({ code: 64, out: "" });
	expect(err).toContain(`error --metrics-file x.prom ${says}, expected a regular file or nothing there\n`);
	expect(err).toContain("give the path of a regular file, or of one that is not there yet");
	expect(await scene.outcomes(id)).toEqual([]);
	expect((await lstat(join(scene.folder, "x.prom"))).isFile()).toBe(false);
	expect(await leftovers(scene, "x.prom", "y")).toEqual([]);
});

/** A /dev of the run's own: a program that replaces the device would take it from the whole host. */
const OWN_DEV =
	'mount -t tmpfs tmpfs /dev; mknod -m 666 /dev/null c 1 3; "$@"; code=$?; test -c /dev/null && echo device; exit $code';

test.each(["produce", "work", "component Sample"])(
	"%s --metrics-file /dev/null: it is still a device",
	async (verb) => {
		await using scene = await ComponentScene.create();
		const rest = verb.startsWith("component") ? ["--", "true"] : [];
		const words = [BINARY, ...verb.split(" "), "--metrics-file", "/dev/null", ...rest];
		const command = ["unshare", "-m", "bash", "-c", OWN_DEV, "bash", ...words];
		const env = { ...scene.env, FAKTORY_URL: "tcp://127.0.0.1:1" };
		const { code, out, err } = await new Running(command, env, scene.folder).ended();
		expect({ code, out }).toEqual({ code: 64, out: "device\n" });
		expect(err).toContain("--metrics-file /dev/null is a device, expected a regular file");
	},
);

test.each([
	["a folder that is missing", "/no/such/folder/x.prom", "ENOENT"],
	["a full disk", "full/x.prom", "ENOSPC"],
	["a read-only file system", "ro/x.prom", "EROFS"],
	["a mount point", "bound.prom", "EBUSY"],
	["a quota of no inodes", "inodes/x.prom", "ENOSPC"],
])("--metrics-file on %s: a warning, and the work goes on", async (_, file, says) => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const prepare = [
		"mkdir full ro inodes; touch bound.prom",
		"mount -t tmpfs -o size=4k tmpfs full; head -c 4096 /dev/zero >full/full",
		"mount -t tmpfs -o ro tmpfs ro; mount --bind bound.prom bound.prom",
		"mount -t tmpfs -o nr_inodes=1 tmpfs inodes",
	].join("; ");
	const show = '"$@"; code=$?; ls -A full ro inodes; exit $code';
	const { code, out, err } = await run(scene, file, `${prepare}; set -- bash -c '${show}' bash "$@"`, [
		"unshare",
		"-m",
	]);
	expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^\S+ warn --metrics-file [^\n]*\n$/) });
	expect(err).toContain(`--metrics-file ${file} cannot be written; the run goes on cause="${says}`);
	expect(await scene.outcomes(id)).toEqual([true]);
	expect(out).not.toContain(".new");
	expect(await leftovers(scene, "full", "ro", "inodes", "bound.prom")).toEqual([]);
});

test("a plain user without rights to the folder: a warning, the old file stays", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const folder = join(scene.folder, "theirs");
	await chmod(scene.folder, 0o755);
	await chmod(join(scene.folder, "tangles.yaml"), 0o644);
	await mkdir(folder, { mode: 0o755 });
	await writeFile(join(folder, "x.prom"), "old\n");
	const before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
	const { code, err } = await run(scene, "theirs/x.prom", ":", before);
	expect(code).toBe(0);
	expect(err).toContain('cannot be written; the run goes on cause="EACCES');
	expect(await scene.outcomes(id)).toEqual([true]);
	expect(await readFile(join(folder, "x.prom"), "utf8")).toBe("old\n");
	expect(await readdir(folder)).toEqual(["x.prom"]);
});

test("the run's own code stands beside a file that cannot be written", async () => {
	await using scene = await ComponentScene.create();
	await scene.archived(1);
	const { code } = await scene.run("exit 3", "--metrics-file", "/no/such/folder/x.prom");
	expect(code).toBe(1);
});

test("links are followed, also to what is not there yet; the links stay", async () => {
	await using scene = await ComponentScene.create();
	await mkdir(join(scene.folder, "real"));
	await symlink("real/x.prom", join(scene.folder, "near.prom"));
	await symlink("near.prom", join(scene.folder, "far.prom"));
	for (let at = 0; at < 2; at += 1) {
		expect(await run(scene, "far.prom")).toEqual({ code: 0, out: "", err: "" });
		expect(await readFile(join(scene.folder, "real/x.prom"), "utf8")).toContain(MADE);
	}
	expect(await readlink(join(scene.folder, "far.prom"))).toBe("near.prom");
	expect(await readlink(join(scene.folder, "near.prom"))).toBe("real/x.prom");
	expect(await readdir(join(scene.folder, "real"))).toEqual(["x.prom"]);
});

test("a new file is 644 whatever the umask; an older one keeps mode, owner and group", async () => {
	await using scene = await ComponentScene.create();
	const file = join(scene.folder, "x.prom");
	expect((await run(scene, "x.prom", "umask 077")).code).toBe(0);
	expect((await stat(file)).mode & 0o7777).toBe(0o644);
	await chmod(file, 0o640);
	await chown(file, 12, 34);
	expect((await run(scene, "x.prom", "umask 077")).code).toBe(0);
	expect(await stat(file)).toMatchObject({ mode: 0o100640, uid: 12, gid: 34 });
});

test("drafts of killed runs are removed by the next one, those of running ones are not", async () => {
	await using scene = await ComponentScene.create();
	const gone = new Running(["true"], {});
	await gone.ended();
	const kept = [`.x.prom.${process.pid}.01234567.new`, `x.prom.${gone.pid}.new.txt`, `.y.prom.${gone.pid}.new`];
	const old = [`x.prom.${gone.pid}.new`, `.x.prom.${gone.pid}.89abcdef.new`];
	for (const name of [...kept, ...old]) await writeFile(join(scene.folder, name), "");
	expect((await run(scene, "x.prom")).code).toBe(0);
	expect((await leftovers(scene, "x.prom")).sort()).toEqual([...kept].sort());
});

test("--new on a full disk: nothing is left; an existing file, a link, a fifo stay as they are", async () => {
	await using scene = await ComponentScene.create();
	const words = (file: string) => [BINARY, "component", "Sample", "--new", file];
	const shell =
		'mount -t tmpfs -o size=4k tmpfs .; cd "$PWD"; head -c 4096 /dev/zero >full; "$@"; code=$?; ls -A; exit $code';
	await mkdir(join(scene.folder, "disk"));
	const full = ["unshare", "-m", "bash", "-c", shell, "bash", ...words("a.ts")];
	const { code, out, err } = await new Running(full, scene.env, join(scene.folder, "disk")).ended();
	expect({ code, out }).toEqual({ code: 1, out: "full\n" });
	expect(err).toMatch(/--new \S+a\.ts: ENOSPC/);
	for (const [name, make] of [
		["file.ts", "echo mine >file.ts"],
		["link.ts", "ln -s nowhere link.ts"],
		["fifo.ts", "mkfifo fifo.ts"],
		["null.ts", "mknod null.ts c 1 3"],
	] as const) {
		const ended = await new Running(
			["bash", "-c", `${make}; "$@"`, "x", ...words(name)],
			scene.env,
			scene.folder,
		).ended();
		expect({ name, code: ended.code }).toEqual({ name, code: 1 });
		expect(ended.err).toContain("the file is there already; it is left as it is");
	}
	expect(await readFile(join(scene.folder, "file.ts"), "utf8")).toBe("mine\n");
	expect(await leftovers(scene, "disk", "file.ts", "link.ts", "fifo.ts", "null.ts")).toEqual([]);
});
