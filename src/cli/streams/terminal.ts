import { fstatSync, type Stats } from "node:fs";

/** The devices of memory: null, zero, random. Documentation/admin-guide/devices.txt of Linux. */
const MEMORY_MAJOR = 1;

/** What the system says about a descriptor; undefined where the parent process has closed it. */
export function statsOf(descriptor: number): Stats | undefined {
	try {
		return fstatSync(descriptor);
	} catch (error) {
		// Every use of it reports that.
		if ((error as NodeJS.ErrnoException).code === "EBADF") return undefined;
		throw error;
	}
}

/** True where this process' stderr goes to the journal: systemd.exec(5), JOURNAL_STREAM. */
export function isJournal(env: Readonly<Record<string, string | undefined>>): boolean {
	const stats = env.JOURNAL_STREAM === undefined ? undefined : statsOf(2);
	return stats !== undefined && env.JOURNAL_STREAM === `${stats.dev}:${stats.ino}`;
}

const majorOf = ({ rdev }: Stats) => (rdev >> 8) & 0xfff;

/**
 * True where the descriptor is a terminal. Under cron none is, and then node:tty is not loaded: that takes as long as
 * all else of the start of `--version`.
 */
export async function isTerminal(descriptor: number): Promise<boolean> {
	const stats = statsOf(descriptor);
	if (stats?.isCharacterDevice() !== true || majorOf(stats) === MEMORY_MAJOR) return false;
	const { isatty } = await import("node:tty");
	return isatty(descriptor);
}
