import { Fault } from "../../base/fault.ts";
import type { Context } from "../../cli/command.ts";
import { checkLockPath } from "../../locks/names.ts";
import type { Session } from "../../locks/ports.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";

/** Runs `work` in a session with the configured servers, and ends the session. */
export async function withSession<T>(
	{ config, signal }: Pick<Context<Record<never, never>>, "config" | "signal">,
	work: (session: Session) => Promise<T>,
): Promise<T> {
	const { zookeeper } = await config("zookeeper");
	const session = await openSession(zookeeper, signal);
	try {
		return await work(session);
	} finally {
		await session.close();
	}
}

/** The path below which to search: a lock's path, or the root. Throws a Fault "usage". */
export function rootOf(path: string | undefined): string {
	if (path === undefined || path === "/") return "/";
	checkLockPath(path);
	return path;
}

/** Throws a Fault "failed" where `path` does not exist. */
export async function mustExist(session: Session, path: string): Promise<void> {
	if ((await session.children(path)) === undefined) {
		throw new Fault("failed", `there is no lock at ${path}, nor any below it`, {
			hint: "`tangles locks ls` lists all",
		});
	}
}
