import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import { createFile } from "../../base/whole-file.ts";
import { TEMPLATE } from "../../line/component/module/template.ts";

/** Runs `work` with a folder of its own for the children's reports, and removes it. Throws a Fault "config" where none can be made. */
export async function inReportFolder<T>(log: Log, work: (folder: string) => Promise<T>): Promise<T> {
	let folder: string;
	try {
		folder = await mkdtemp(join(tmpdir(), "tangles-"));
	} catch (cause) {
		throw new Fault("config", `no folder for reports can be made: ${messageOf(cause)}`, {
			mend: "TMPDIR names a folder that may be written to",
			cause,
		});
	}
	try {
		return await work(folder);
	} finally {
		// The work is done and recorded: what is left in a temporary folder must not change how the run ends.
		await rm(folder, { recursive: true, force: true }).catch((error) => {
			log.warn(`${folder} cannot be removed`, { cause: messageOf(error) });
		});
	}
}

/** Writes a module to start from. Throws a Fault "failed" where the file is there already or cannot be written. */
export async function writeTemplate(file: string): Promise<void> {
	try {
		await createFile(file, TEMPLATE);
	} catch (cause) {
		const there = (cause as NodeJS.ErrnoException).code === "EEXIST";
		throw new Fault(
			"failed",
			`--new ${file}: ${there ? "the file is there already; it is left as it is" : messageOf(cause)}`,
			{
				mend: there ? "give another name" : "give the path of a new file in a folder that may be written to",
				cause,
			},
		);
	}
}
