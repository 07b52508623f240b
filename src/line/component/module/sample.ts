import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BatchModule } from "./role.ts";

/** A batch with fewer data files than this is not a whole one. */
const FEWEST_FILES = 5;
const CHECKSUM = ".md5";

interface Counted {
	readonly files: string[];
	directories: number;
}

async function count(folder: string, counted: Counted, signal: AbortSignal): Promise<Counted> {
	signal.throwIfAborted();
	counted.directories += 1;
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) await count(path, counted, signal);
		else counted.files.push(path);
	}
	return counted;
}

/**
 * The sample component: counts the files and directories of a batch's folder, `$TANGLES_BATCHES/<full id>`. It fails
 * where a data file has no checksum file beside it (`<name>.md5`), and where there are fewer than five data files.
 */
const sample: BatchModule = async (batch, report, signal) => {
	const folder = join(process.env.TANGLES_BATCHES ?? "batches", batch._id);
	const { files, directories } = await count(folder, { files: [], directories: 0 }, signal);
	const all = new Set(files);
	const data = files.filter((file) => !file.endsWith(CHECKSUM));
	for (const file of data.filter((path) => !all.has(path + CHECKSUM))) {
		report.failure({
			...{ filereference: file, type: "checksum", description: `there is no ${basename(file)}${CHECKSUM} beside it` },
		});
	}
	if (data.length < FEWEST_FILES) {
		const description = `${data.length} data files in ${folder}; a batch has ${FEWEST_FILES} or more`;
		report.failure({ filereference: folder, type: "count", description });
	}
	const sums = `data files: ${data.length}, checksums: ${files.length - data.length}, directories: ${directories}`;
	process.stderr.write(`${sums}\n`);
};

export default sample;
