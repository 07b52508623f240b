import { libc } from "./libc.ts";

let adopting = false;

/**
 * From now on what a supervisor leaves behind when it is killed becomes a child of tangles, where it is found, and is
 * reaped once it has ended. So is what comes to tangles because it is process 1 of a container. `isStarted` says which
 * children were started by the runtime, which reaps them itself.
 */
export function adoptOrphans(isStarted: (pid: number) => boolean): void {
	if (adopting) return;
	adopting = true;
	const c = libc();
	c.becomeSubreaper();
	process.on("SIGCHLD", () => {
		for (let child = c.endedChild(); child !== undefined && !isStarted(child.pid); child = c.endedChild()) {
			c.reap(child.pid);
		}
	});
}
