import { expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComponentScene } from "../support/component-scene.ts";
import { LockScene } from "../support/lock-scene.ts";

/** A folder with every kind of file that cannot be started, and two that can. */
async function files(): Promise<{ folder: string } & AsyncDisposable> {
	const folder = await mkdtemp(join(tmpdir(), "tangles-start-"));
	const file = async (name: string, text: string | Uint8Array, mode = 0o755) => {
		await writeFile(join(folder, name), text);
		await chmod(join(folder, name), mode);
	};
	await file("plain", 'echo "run by the shell: $0 $1"\n');
	await file("not-executable", "#!/bin/sh\n", 0o644);
	await file("no-interpreter", "#!/nowhere/python9\n");
	await file("windows", "#!/bin/sh\r\necho\r\n");
	await file("folder-interpreter", "#!/etc\n");
	// An ELF header without anything behind it: of no machine.
	await file("damaged", Buffer.from("7f454c46020101000000000000000000", "hex"));
	await symlink("loop", join(folder, "loop"));
	await mkdir(join(folder, "folder"));
	return { folder, [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }) };
}

const CASES = [
	["not-executable", "it may not be executed by this user", "chmod +x"],
	["no-interpreter", "missing interpreter /nowhere/python9", "#!"],
	["windows", 'missing interpreter "/bin/sh\\r"', "Unix line ends"],
	["folder-interpreter", "interpreter /etc: it is a directory", "#!"],
	["loop", "too many symbolic links", ""],
	["folder", "it is a directory", ""],
	["plain/below", "a part of its path is no directory", ""],
	["absent", "no such command", "give the path of a program"],
	["n".repeat(300), "the name is too long", ""],
] as const;

test.each(CASES)("locks exec %s: 64 and the reason, before any lock is taken", async (name, reason, hint) => {
	await using there = await files();
	await using place = await LockScene.create();
	place.proxy.cut();
	const { code, err } = await place.run("locks", "exec", "/x", "--", join(there.folder, name));
	expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining(reason) });
	expect(err).toContain(hint);
	expect(err).not.toContain(" at ");
});

test.each(CASES)("component, command %s in the config: 78 and the reason, no batch claimed", async (name, reason) => {
	await using there = await files();
	const sample = { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled" };
	await using scene = await ComponentScene.create({
		components: { Sample: { ...sample, command: [join(there.folder, name)] } },
	});
	const [id = ""] = await scene.archived(1);
	const { code, err } = await scene.command(["component", "Sample"]).ended();
	expect({ code, err }).toMatchObject({ code: 78, err: expect.stringContaining(reason) });
	expect((await scene.batch(id)).claim).toBe(0);
});

test("a script without #! is run by /bin/sh, as execvp does, by path and by name", async () => {
	await using there = await files();
	await using place = await LockScene.create();
	const byPath = await place.run("locks", "exec", "/x", "--", join(there.folder, "plain"), "first");
	expect(byPath).toEqual({ code: 0, out: `run by the shell: ${there.folder}/plain first\n`, err: "" });
	const env = { ...place.env, PATH: `${there.folder}/absent:${there.folder}:${place.env.PATH}` };
	const named = Bun.spawn([join(import.meta.dir, "../../dist/tangles"), "locks", "exec", "/x", "--", "plain", "b"], {
		env,
		stdout: "pipe",
	});
	expect(await new Response(named.stdout).text()).toBe(`run by the shell: ${there.folder}/plain b\n`);
});

test("what only exec itself finds out is told too: 64, and nothing has run", async () => {
	await using there = await files();
	await using place = await LockScene.create();
	const damaged = await place.run("locks", "exec", "/x", "--", join(there.folder, "damaged"));
	expect({ code: damaged.code, out: damaged.out }).toEqual({ code: 64, out: "" });
	expect(damaged.err).toMatch(/damaged: (?:it is no program for this machine|the system|EIO)/);
	const long = await place.run("locks", "exec", "/x", "--", "true", "x".repeat(130_000), "y".repeat(120_000));
	expect(long.code).toBe(0);
	await place.untilGone("/x");
});

test("a component's work that cannot be started after all records nothing and says why", async () => {
	await using there = await files();
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const { code, err } = await scene.command(["component", "Sample", "--", join(there.folder, "damaged")]).ended();
	expect(code).toBe(64);
	expect(err).not.toMatch(/unforeseen|\n +at /);
	expect(await scene.outcomes(id)).toEqual([]);
});
