import { createReadStream } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import * as v from "valibot";
import { Fault, messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { OtherFile } from "../../enumeration/compare/compare.ts";
import type { TableQuery } from "../../enumeration/export/table.ts";
import { POSITIVITIES } from "../../enumeration/tangles/tangle.ts";
import { JOURNAL, MANIFEST } from "../export/folder.ts";

/** Files of a folder that are read; others are passed over with a warning. A file that is named itself is always read. */
const TABLE_FILE = /\.(?:txt|jsonl|ndjson|json|csv)(?:\.gz)?$/;
const GZIP = Buffer.from([0x1f, 0x8b]);

const WHOLE = v.pipe(v.number(), v.integer());
const MANIFEST_QUERY = v.object({
	query: v.object({
		...{ from_tcn: WHOLE, to_tcn: WHOLE, good: v.boolean() },
		positivity: v.array(v.picklist(POSITIVITIES)),
	}),
	files: v.array(v.object({ name: v.string(), bytes: WHOLE })),
});

/** A table that was given by paths. */
export interface OtherTable {
	readonly files: readonly OtherFile[];
	/** What it has by its own manifest, where one folder was given that has one. */
	readonly query: TableQuery | undefined;
}

/**
 * The files of a table: those that are named, and those below folders that are. Throws a Fault "usage" for a path that
 * has none, or that is an export's unfinished folder; warns where a folder is not what its manifest says.
 */
export async function openOtherTable(paths: readonly string[], cwd: string, log: Log): Promise<OtherTable> {
	const found: string[] = [];
	let query: TableQuery | undefined;
	for (const name of paths) {
		const path = resolve(cwd, name);
		const about = await stat(path).catch((error: unknown) => {
			throw wrongPath(name, messageOf(error));
		});
		if (about.isDirectory()) {
			const files = await filesIn(path, log);
			if (files.length === 0) throw wrongPath(name, "has no file of a table");
			found.push(...files);
			const own = await manifestQuery(path, log);
			if (paths.length === 1) query = own;
		} else if (about.isFile()) found.push(path);
		else throw wrongPath(name, "is a device or a pipe; expected a file or a folder");
	}
	const files = [...new Set(found)].map((path) => ({ name: path, bytes: () => bytesOf(path) }));
	return { files, query };
}

function wrongPath(name: string, why: string): Fault {
	return new Fault("usage", `--against ${name}: ${why}`, { hint: "give files of a table, or a folder with some" });
}

async function filesIn(dir: string, log: Log): Promise<string[]> {
	const names = (await readdir(dir, { recursive: true })).toSorted();
	if (names.includes(JOURNAL)) {
		throw new Fault("usage", `--against ${dir}: has a table that is not finished`, {
			hint: "start `tangles export` with the same flags again: it goes on where it was",
		});
	}
	const files: string[] = [];
	for (const name of names) {
		const path = join(dir, name);
		if (name === MANIFEST || !(await stat(path)).isFile()) continue;
		if (TABLE_FILE.test(name)) files.push(path);
		else log.warn(`${path} is passed over: its name is not that of a table's file (.txt, .jsonl, .csv)`);
	}
	return files;
}

/** The query of the folder's manifest; undefined without one, and where it is no manifest of ours. */
async function manifestQuery(dir: string, log: Log): Promise<TableQuery | undefined> {
	const path = join(dir, MANIFEST);
	let text: string;
	try {
		text = new TextDecoder().decode(await readFile(path));
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw new Fault("failed", `${path}: ${messageOf(error)}`, { cause: error });
	}
	const read = v.safeParse(v.pipe(v.string(), v.parseJson(), MANIFEST_QUERY), text);
	if (!read.success) {
		log.warn(`${path} is no manifest of a table, and is not read`);
		return undefined;
	}
	for (const { name, bytes } of read.output.files) {
		const size = await stat(join(dir, name)).then(
			(about) => about.size,
			() => undefined,
		);
		if (size === undefined) log.warn(`${join(dir, name)} is not there, though the manifest names it`);
		else if (size !== bytes) log.warn(`${join(dir, name)} has ${size} bytes, ${bytes} by the manifest`);
	}
	return read.output.query;
}

/** The bytes of a file, those of a gzip file uncompressed. Throws a Fault "data" where it ends early or is damaged. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
	try {
		const isGzip = await beginsAsGzip(path);
		if (!isGzip && path.endsWith(".gz")) throw new Error("it is no gzip file");
		const stored = createReadStream(path, { highWaterMark: 1 << 18 });
		// An error of either reaches the reader of the last one.
		yield* isGzip ? pipeline(stored, createGunzip(), () => {}) : stored;
	} catch (error) {
		throw new Fault("data", `${path}: ${messageOf(error)}`, {
			hint: "nothing is said of a table that cannot be read to its end: get the file once more",
			cause: error,
		});
	}
}

async function beginsAsGzip(path: string): Promise<boolean> {
	await using file = await open(path, "r");
	const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
	return bytesRead === GZIP.length && buffer.equals(GZIP);
}
