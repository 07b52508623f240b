import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession } from "../../src/servers/zookeeper/connect.ts";

const SERVICES = join(import.meta.dir, "../../scripts/services");

async function services(...words: string[]): Promise<void> {
	const run = Bun.spawn([SERVICES, ...words], { stdout: "pipe", stderr: "pipe" });
	const text = await new Response(run.stderr).text();
	if ((await run.exited) !== 0) throw new Error(`scripts/services ${words.join(" ")}: ${text}`);
}

/**
 * A ZooKeeper of the test file's own, on the first ports of TANGLES_TEST_PORTS; `session()` opens one in a fresh
 * chroot.
 */
export async function startZookeeper() {
	const base = Number(process.env.TANGLES_TEST_PORTS ?? 18200);
	const dir = mkdtempSync(join(tmpdir(), "tangles-locks-"));
	await services("start", "--only", "zookeeper", "--dir", dir, "--ports", String(base));
	return {
		address: `127.0.0.1:${base + 3}`,
		session: (chroot: string) =>
			openSession(
				{ connect: `127.0.0.1:${base + 3}${chroot}`, sessionTimeoutMs: 6000, auth: undefined },
				new AbortController().signal,
			),
		stop: () => services("stop", "--purge", "--dir", dir),
	};
}
