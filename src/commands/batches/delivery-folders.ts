import { createHash } from "node:crypto";
import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";
import { limitFault } from "../../base/host-limits.ts";
import { Missing, readSmallFile, utf8 } from "../../config/values/small-file.ts";
import { Wrong } from "../../config/values/wrong.ts";
import type { ChecksumAlgorithm } from "../../line/intake/checksums.ts";
import type { DeliveryReader, FolderContents, FolderEntry } from "../../line/intake/ports.ts";

/** A list of a million files has about 100 MB. */
const LONGEST_LIST = 256 * 1024 * 1024;
/** What a file system keeps at its root for itself. */
const OF_THE_FILE_SYSTEM = "lost+found";

const SLASH = Buffer.from("/");

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");
const isGone = (error: unknown) => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";

/** The Fault for what the file system refuses. */
function unreadable(path: string, error: unknown): Fault {
	return limitFault(error) ?? new Fault("failed", `${path} cannot be read: ${messageOf(error)}`, { cause: error });
}

/** The real path of a link's target where it lies below `root`; undefined where it leads elsewhere, or nowhere. */
async function targetInside(path: string | Buffer, root: string): Promise<string | undefined> {
	try {
		const target = await realpath(path);
		return target.startsWith(root === sep ? sep : `${root}${sep}`) ? target : undefined;
	} catch (error) {
		if (isGone(error) || codeOf(error) === "ELOOP") return undefined;
		throw unreadable(String(path), error);
	}
}

/** What a walk through a delivery has found so far. */
interface Found {
	readonly files: string[];
	readonly links: string[];
	readonly linksOut: string[];
	readonly odd: string[];
	changedMs: number;
}

interface Walk {
	/** The real path of the folder of deliveries. */
	readonly root: string;
	readonly signal: AbortSignal;
	readonly found: Found;
}

/** The folder of deliveries in the file system. */
export class DeliveryFolders implements DeliveryReader {
	readonly name: string;

	/** `dir`: an absolute path. */
	constructor(dir: string) {
		this.name = dir;
	}

	/** Names that begin with a dot are left out, as a shell does: what copies a folder often keeps its drafts so. */
	async entries(): Promise<FolderEntry[]> {
		const root = await this.#root();
		const entries: FolderEntry[] = [];
		for (const entry of await this.#list(this.name)) {
			if (entry.name.startsWith(".") || entry.name === OF_THE_FILE_SYSTEM) continue;
			entries.push({ name: entry.name, kind: await this.#kindOf(entry, root) });
		}
		return entries;
	}

	async #root(): Promise<string> {
		const hint = "give the folder in which deliveries arrive";
		try {
			const root = await realpath(this.name);
			if ((await stat(root)).isDirectory()) return root;
		} catch (error) {
			if (!isGone(error)) throw unreadable(this.name, error);
			throw new Fault("usage", `DIR is ${this.name}: it does not exist`, { hint, cause: error });
		}
		throw new Fault("usage", `DIR is ${this.name}: it is no folder`, { hint });
	}

	async #list(path: string): Promise<Dirent[]> {
		try {
			return await readdir(path, { withFileTypes: true });
		} catch (error) {
			throw unreadable(path, error);
		}
	}

	async #kindOf(entry: Dirent, root: string): Promise<FolderEntry["kind"]> {
		if (entry.isDirectory()) return "folder";
		if (!entry.isSymbolicLink()) return "file";
		const target = await targetInside(join(this.name, entry.name), root);
		if (target === undefined) return "link out";
		return (await stat(target)).isDirectory() ? "folder" : "file";
	}

	async has(delivery: string, file: string): Promise<boolean> {
		const path = join(this.name, delivery, file);
		try {
			return !(await lstat(path)).isDirectory();
		} catch (error) {
			if (isGone(error)) return false;
			throw unreadable(path, error);
		}
	}

	async contents(delivery: string, signal: AbortSignal): Promise<FolderContents | undefined> {
		const root = await this.#root();
		const found: Found = { files: [], links: [], linksOut: [], odd: [], changedMs: 0 };
		try {
			const folder = await realpath(join(this.name, delivery));
			await this.#walk({ root, signal, found }, Buffer.from(folder), "");
		} catch (error) {
			if (isGone(error)) return undefined;
			throw error instanceof Fault || signal.aborted ? error : unreadable(join(this.name, delivery), error);
		}
		const { changedMs, ...names } = found;
		return { ...names, changed: new Date(changedMs) };
	}

	/** Adds all below `here` to `found`; `path` is its own path in the delivery. Links are not followed. */
	async #walk(of: Walk, here: Buffer, path: string): Promise<void> {
		const { root, signal, found } = of;
		signal.throwIfAborted();
		const about = await lstat(here);
		// The time of change, which copying does not keep and nobody can set, as they can that of modification. inode(7)
		found.changedMs = Math.max(found.changedMs, about.ctimeMs);
		if (about.isDirectory()) {
			// As bytes: names need not be UTF-8, and such a file would be looked for under another name.
			for (const name of await readdir(here, { encoding: "buffer" })) {
				const inner = path === "" ? name.toString() : `${path}/${name}`;
				await this.#walk(of, Buffer.concat([here, SLASH, name]), inner);
			}
		} else if (about.isFile()) found.files.push(path);
		else if (!about.isSymbolicLink()) found.odd.push(path);
		else {
			found.links.push(path);
			if ((await targetInside(here, root)) === undefined) found.linksOut.push(path);
		}
	}

	async text(delivery: string, file: string): Promise<string | undefined> {
		const path = join(this.name, delivery, file);
		const read = await readSmallFile(path, LONGEST_LIST);
		if (read instanceof Missing) return undefined;
		const text = read instanceof Wrong ? read : (utf8(read) ?? new Wrong("is not UTF-8 text"));
		if (text instanceof Wrong) throw new Fault("failed", `${path} ${text.text}`);
		return text;
	}

	async checksum(delivery: string, file: string, algorithm: ChecksumAlgorithm, signal: AbortSignal): Promise<string> {
		const path = join(this.name, delivery, file);
		const hash = createHash(algorithm);
		try {
			// Something else may stand there by now: a link is not followed, and a pipe not waited for.
			const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
			await using handle = await open(path, flags);
			const stream = handle.createReadStream({ autoClose: false, signal, highWaterMark: 1024 * 1024 });
			for await (const bytes of stream) hash.update(bytes);
		} catch (error) {
			signal.throwIfAborted();
			throw unreadable(path, error);
		}
		return hash.digest("hex");
	}
}
