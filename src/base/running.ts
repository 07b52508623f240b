/** True where a process with this pid runs, whoever owns it: the signal 0 tests it. kill(2) */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== "ESRCH";
	}
}
