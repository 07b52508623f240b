import { join } from "node:path";

const SCRIPT = join(import.meta.dir, "../../scripts/programs");

/**
 * Installs the Debian packages of those programs that are missing on this host. Throws what the installation says where
 * it fails.
 */
export async function bringPrograms(...names: readonly string[]): Promise<void> {
	const child = Bun.spawn([SCRIPT, ...names], { stdout: "ignore", stderr: "pipe" });
	const [err, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
	if (code !== 0) throw new Error(err);
}
