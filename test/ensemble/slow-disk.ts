import { join } from "node:path";

/** Sparse: what is written counts. */
const IMAGE_SIZE = "512M";

async function run(...command: readonly string[]): Promise<void> {
	const child = Bun.spawn([...command], { stdout: "ignore", stderr: "pipe" });
	const err = await new Response(child.stderr).text();
	if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${err}`);
}

/**
 * File systems of the servers' own, each in a file: while one is frozen (fsfreeze(8)), every write and fsync(2) of its
 * server waits. Needs root and a loop device.
 */
export class Disks implements AsyncDisposable {
	readonly #mounted: string[] = [];
	readonly #frozen = new Set<string>();

	/** Mounts one at a folder, which is empty yet. */
	async mount(folder: string): Promise<void> {
		const image = join(folder, "../disk.img");
		await run("truncate", "-s", IMAGE_SIZE, image);
		await run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", image);
		await run("mount", "-o", "loop", image, folder);
		this.#mounted.push(folder);
	}

	async freeze(folder: string): Promise<void> {
		await run("fsfreeze", "--freeze", folder);
		this.#frozen.add(folder);
	}

	async thaw(folder: string): Promise<void> {
		await run("fsfreeze", "--unfreeze", folder);
		this.#frozen.delete(folder);
	}

	/** To be called before the servers are killed: a process that waits for a frozen disk does not die. */
	async thawAll(): Promise<void> {
		for (const folder of this.#frozen) await this.thaw(folder);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.thawAll();
		for (const folder of this.#mounted) await run("umount", "--lazy", folder);
	}
}

/** What this host lets a soak do. */
export function abilities(): { readonly namespaces: boolean; readonly disks: boolean } {
	const works = (...command: readonly string[]) => {
		if (Bun.which(command[0] ?? "") === null) return false;
		return Bun.spawnSync([...command], { stdout: "ignore", stderr: "ignore" }).exitCode === 0;
	};
	const namespaces = process.getuid?.() === 0 && works("unshare", "--net", "true");
	const programs = ["fsfreeze", "mkfs.ext4", "truncate"].every((program) => Bun.which(program) !== null);
	return { namespaces, disks: namespaces && programs && works("losetup", "--find") };
}
