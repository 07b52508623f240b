import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { isRunning } from "../../base/running.ts";

/**
 * `tangles-reports-<where>-<pid>-<start>-<random>`: the name says whose it is, so that a later run knows whether its
 * owner is gone.
 */
const NAME = /^tangles-reports-([0-9a-f]{12})-(\d+)-(\d+)-[^-]+$/;
/** Field 22 of /proc/PID/stat, counted behind the program's name, which may hold blanks. proc(5) */
const START_FIELD = 22 - 3;

/**
 * When a process started, in clock ticks since boot; "0" where nobody can say, undefined where there is no such
 * process.
 */
async function startOf(pid: number): Promise<string | undefined> {
	try {
		const stat = await readFile(`/proc/${pid}/stat`, "utf8");
		return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD] ?? "0";
	} catch {
		// Without /proc, or where it is somebody else's.
		return isRunning(pid) ? "0" : undefined;
	}
}

/** Where process numbers mean the same: this host, and on it this namespace of process numbers. */
async function here(): Promise<string> {
	let namespace = "";
	try {
		namespace = await readlink("/proc/self/ns/pid");
	} catch {
		// Without /proc the host's name has to do.
	}
	return createHash("sha256").update(`${hostname()} ${namespace}`).digest("hex").slice(0, 12);
}

/** Removes `folder` where the run of this user that made it is gone. */
async function removeLeftover(folder: string, pid: number, started: string): Promise<boolean> {
	const now = await startOf(pid);
	const gone = now === undefined || (now !== "0" && started !== "0" && now !== started);
	if (!gone) return false;
	const found = await lstat(folder);
	// Everybody may write to this folder and choose a name like ours: only a folder of our own user is removed.
	if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
	await rm(folder, { recursive: true, force: true });
	return true;
}

/** Removes the folders in `parent` of runs that were killed; what cannot be removed stays, and is logged with `-v`. */
async function removeLeftovers(parent: string, where: string, log: Log): Promise<void> {
	const tried = async <T>(what: string, attempt: Promise<T>): Promise<T | undefined> => {
		try {
			return await attempt;
		} catch (error) {
			log.debug(`${what}: what killed runs left could not be removed: ${messageOf(error)}`);
			return undefined;
		}
	};
	for (const name of (await tried(parent, readdir(parent))) ?? []) {
		const [, host, pid = "", started = "0"] = NAME.exec(name) ?? [];
		if (host !== where) continue;
		const folder = join(parent, name);
		if (await tried(folder, removeLeftover(folder, Number(pid), started))) {
			log.debug("removed what a killed run left", { folder });
		}
	}
}

/** A folder for the reports of one run; its end removes it with all that is in it, and never throws. */
export interface ReportFolder extends AsyncDisposable {
	readonly path: string;
}

/**
 * Makes a folder of the run's own for the children's reports, and removes those of killed runs. Throws a Fault "config"
 * where none can be made.
 */
export async function openReportFolder(log: Log): Promise<ReportFolder> {
	const parent = tmpdir();
	const where = await here();
	await removeLeftovers(parent, where, log);
	const path = await makeFolder(parent, where);
	const remove = async () => {
		// The work is done and recorded: what is left in a temporary folder must not change how the run ends.
		await rm(path, { recursive: true, force: true }).catch((error) => {
			log.warn(`${path} cannot be removed`, { cause: messageOf(error) });
		});
	};
	return { path, [Symbol.asyncDispose]: remove };
}

async function makeFolder(parent: string, where: string): Promise<string> {
	try {
		const started = (await startOf(process.pid)) ?? "0";
		return await mkdtemp(join(parent, `tangles-reports-${where}-${process.pid}-${started}-`));
	} catch (cause) {
		throw new Fault("config", `no folder for reports can be made: ${messageOf(cause)}`, {
			hint: "set TMPDIR to a folder that may be written to",
			cause,
		});
	}
}
