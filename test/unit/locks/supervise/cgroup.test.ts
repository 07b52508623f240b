import { expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CgroupContainment, ownCgroup, removeCgroup, sweepCgroups } from "../../../../src/locks/supervise/cgroup.ts";

async function folder(files: Readonly<Record<string, string>>): Promise<{ path: string } & AsyncDisposable> {
	const path = await mkdtemp(join(tmpdir(), "tangles-cgroup-"));
	for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
	return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

const V2 = "30 23 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
const HYBRID = "36 29 0:31 / /sys/fs/cgroup/unified rw,relatime shared:11 - cgroup2 cgroup2 rw";
const V1 = "37 29 0:32 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu";
const CONTAINER = "812 801 0:27 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw";

test.each([
	["0::/system.slice/cron.service", V2, "/sys/fs/cgroup/system.slice/cron.service"],
	["9:name=systemd:/x\n0::/user.slice", `${V1}\n${HYBRID}`, "/sys/fs/cgroup/unified/user.slice"],
	["0::/docker/abc/job", CONTAINER, "/sys/fs/cgroup/job"],
	["0::/docker/abc", CONTAINER, "/sys/fs/cgroup"],
	["0::/elsewhere", CONTAINER, undefined],
	["4:cpu:/x", V1, undefined],
	["0::/x", V1, undefined],
] as const)("in %s, mounted as %s: %s", async (own, mounts, expected) => {
	await using proc = await folder({ cgroup: `${own}\n`, mountinfo: `${mounts}\n` });
	expect(ownCgroup(proc.path)).toBe(expected as never);
});

test("freezing, thawing and killing write what the kernel documents, and ask whether it is done", async () => {
	const files = {
		"cgroup.freeze": "0",
		"cgroup.kill": "",
		"cgroup.procs": "",
		"cgroup.events": "populated 1\nfrozen 0\n",
	};
	await using place = await folder(files);
	const cgroup = new CgroupContainment(place.path);
	const written = async (name: string) => (await readFile(join(place.path, name), "utf8")).trim();
	expect(cgroup.freeze()).toEqual({ settled: false, refused: [] });
	expect(await written("cgroup.freeze")).toBe("1");
	await writeFile(join(place.path, "cgroup.events"), "populated 1\nfrozen 1\n");
	expect(cgroup.freeze().settled).toBe(true);
	cgroup.thaw();
	expect(await written("cgroup.freeze")).toBe("0");
	expect(cgroup.kill()).toEqual({ settled: false, refused: [] });
	expect(await written("cgroup.kill")).toBe("1");
	await writeFile(join(place.path, "cgroup.events"), "populated 0\nfrozen 0\n");
	expect(cgroup.kill().settled).toBe(true);
});

test("a kernel without cgroup.kill: frozen, then each process is killed; no file is made", async () => {
	await using victim = { child: Bun.spawn(["sleep", "100"]), [Symbol.asyncDispose]: async () => {} };
	const files = {
		"cgroup.freeze": "0",
		"cgroup.procs": `${victim.child.pid}\n`,
		"cgroup.events": "populated 1\nfrozen 0\n",
	};
	await using place = await folder(files);
	new CgroupContainment(place.path).kill();
	await victim.child.exited;
	expect(victim.child.signalCode).toBe("SIGKILL");
	expect((await readFile(join(place.path, "cgroup.freeze"), "utf8")).trim()).toBe("1");
	expect(await readdir(place.path)).not.toContain("cgroup.kill");
});

test("removing takes the cgroups that the work has made below it, and sweeping none whose supervisor lives", async () => {
	await using parent = await folder({});
	const started = (await readFile(`/proc/${process.pid}/stat`, "latin1")).split(") ")[1]?.split(" ")[19];
	const space = /\d+/.exec(await (async () => (await import("node:fs")).readlinkSync("/proc/self/ns/pid"))())?.[0];
	const names = [
		`tangles-${space}-${process.pid}-${started}`,
		`tangles-${space}-${process.pid}-1`,
		`tangles-1-${process.pid}-1`,
		"other",
	];
	for (const name of names) await mkdir(join(parent.path, name, "below"), { recursive: true });
	expect(sweepCgroups(parent.path)).toEqual([]);
	expect((await readdir(parent.path)).sort()).toEqual([names[0], names[2], "other"].sort() as string[]);
	removeCgroup(join(parent.path, "other"));
	expect(await readdir(parent.path)).not.toContain("other");
});
