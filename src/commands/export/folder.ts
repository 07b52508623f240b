import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";
import type { Export, TableFolder } from "../../enumeration/export/export-table.ts";
import type { FinishedFile } from "../../enumeration/export/table.ts";

export const MANIFEST = "manifest.json";
/** A line with what is exported, then a line for each file that is written; gone once the manifest is there. */
export const JOURNAL = "export.journal";
/** Of a file that is being written; what a killed run left of it is written over. */
const PART = ".part";

/**
 * The folder of a table, made where it is missing. A file appears whole or not at all, and is on disk before the
 * journal says so; a run that goes on after a kill finds in the journal what is done.
 *
 * Throws a Fault "usage" for a folder that has a finished table, another export's unfinished one, or anything else; a
 * Fault "failed" where files cannot be read or written.
 */
export async function openTableFolder(dir: string, exported: Export): Promise<TableFolder> {
	return await onDisk(dir, async () => {
		await mkdir(dir, { recursive: true });
		const names = (await readdir(dir)).filter((name) => !name.endsWith(PART));
		if (names.includes(MANIFEST)) throw refusal(dir, "has a finished table");
		const head = JSON.stringify(exported);
		if (!names.includes(JOURNAL)) {
			if (names.length > 0) throw refusal(dir, `is not empty (it has ${names[0]})`);
			await replace(dir, JOURNAL, Buffer.from(`${head}\n`));
		}
		const [first, ...lines] = (await readFile(join(dir, JOURNAL), "utf8")).split("\n");
		if (first !== head) throw refusal(dir, "has the unfinished table of another export");
		// What follows the last line end is nothing, or what a killed run could not write to its end.
		const finished = lines.slice(0, -1).map((line): FinishedFile => JSON.parse(line));
		await cutTornLine(dir, lines.at(-1) ?? "");
		for (const { name, bytes } of finished) await checkSize(dir, name, bytes);
		return {
			finished,
			write: async (file, content) =>
				await onDisk(dir, async () => {
					await replace(dir, file.name, content);
					await append(dir, `${JSON.stringify(file)}\n`);
				}),
			complete: async (manifest) =>
				await onDisk(dir, async () => {
					await replace(dir, MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
					await unlink(join(dir, JOURNAL));
				}),
		};
	});
}

function refusal(dir: string, what: string): Fault {
	return new Fault("usage", `${dir} ${what}`, { hint: "give another folder with --dir, or remove this one" });
}

async function checkSize(dir: string, name: string, bytes: number): Promise<void> {
	const { size } = await stat(join(dir, name));
	if (size !== bytes) throw refusal(dir, `has ${name} with ${size} bytes, which was written with ${bytes}`);
}

/** Writes a file whole or not at all. */
async function replace(dir: string, name: string, content: Uint8Array): Promise<void> {
	const part = join(dir, name + PART);
	await using file = await open(part, "w");
	await file.writeFile(content);
	await file.sync();
	await rename(part, join(dir, name));
	await using folder = await open(dir, "r");
	await folder.sync();
}

async function append(dir: string, line: string): Promise<void> {
	await using file = await open(join(dir, JOURNAL), "a");
	await file.writeFile(line);
	await file.sync();
}

async function cutTornLine(dir: string, torn: string): Promise<void> {
	if (torn === "") return;
	await using file = await open(join(dir, JOURNAL), "r+");
	const { size } = await file.stat();
	await file.truncate(size - Buffer.byteLength(torn));
	await file.sync();
}

async function onDisk<T>(dir: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Fault) throw error;
		throw new Fault("failed", `${dir}: ${messageOf(error)}`, {
			hint: "correct what is wrong with the folder, then start again",
			cause: error,
		});
	}
}
