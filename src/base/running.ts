/** Whether a process of this number runs, whoever it belongs to: a signal that does nothing says it. kill(2) */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== "ESRCH";
	}
}
