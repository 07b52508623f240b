import { constants } from "node:fs";
import { copyFile, link, lstat, open, readdir, readlink, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Fault } from "./fault.ts";
import { isRunning } from "./running.ts";

/** Symbolic links in a row; Linux' own limit. */
const MOST_LINKS = 40;

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** What `read` gives; undefined where the file is missing. */
async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
	try {
		return await read;
	} catch (error) {
		if (codeOf(error) === "ENOENT") return undefined;
		throw error;
	}
}

const KINDS = [
	["a folder", "isDirectory"],
	["a device", "isCharacterDevice"],
	["a device", "isBlockDevice"],
	["a fifo", "isFIFO"],
	["a socket", "isSocket"],
] as const;

/**
 * Where a path leads when its symbolic links are followed, also where nothing is there yet. Throws as lstat(2) does.
 */
async function followed(path: string): Promise<string> {
	// The system's own refusals first: ELOOP, ENOTDIR, links of others in folders such as /tmp (proc(5),
	// protected_symlinks).
	await unlessMissing(stat(path));
	let at = path;
	for (let links = 0; links < MOST_LINKS; links += 1) {
		const stats = await unlessMissing(lstat(at));
		if (stats?.isSymbolicLink() !== true) return at;
		at = resolve(dirname(at), await readlink(at));
	}
	throw new Fault("usage", `${path} cannot be replaced: too many symbolic links`);
}

/**
 * Throws a Fault "usage" where `path` is something that must not be replaced by a file: a folder, a device, a fifo, a
 * socket, symbolic links in a circle, a path below a file. Whether the file can be written is not looked at.
 */
export async function checkReplaceable(path: string, name = path): Promise<void> {
	const hint = "give the path of a regular file, or of one that is not there yet";
	const refuse = (what: string) =>
		new Fault("usage", `${name} is ${what}, expected a regular file or nothing there`, { hint });
	if (path.endsWith("/")) throw refuse("a folder");
	try {
		const stats = await unlessMissing(stat(path));
		if (stats === undefined || stats.isFile()) return;
		throw refuse(KINDS.find(([, is]) => stats[is]())?.[0] ?? "something else");
	} catch (error) {
		if (codeOf(error) === "ELOOP") throw refuse("a circle of symbolic links");
		if (codeOf(error) === "ENOTDIR") throw refuse("below a file");
		// A path that cannot be read cannot be written either: the write reports it.
		if (error instanceof Fault) throw error;
	}
}

/**
 * `.NAME.PID.RANDOM.new`: beside the target, because a rename stays within a file system; hidden from collectors of
 * `*.prom`.
 */
function draftOf(target: string): string {
	const random = crypto.randomUUID().slice(0, 8);
	return join(dirname(target), `.${basename(target)}.${process.pid}.${random}.new`);
}

/**
 * Removes drafts of `path` that killed runs have left, also those of earlier versions (`NAME.PID.new`). Never throws.
 */
export async function removeOldDrafts(path: string): Promise<void> {
	try {
		const target = await followed(path);
		const name = basename(target);
		for (const entry of await readdir(dirname(target))) {
			const bare = entry.startsWith(`.${name}.`) ? entry.slice(1) : entry;
			const [, pid] = bare.startsWith(`${name}.`)
				? (/^\.(\d+)(?:\.[0-9a-f]{8})?\.new$/.exec(bare.slice(name.length)) ?? [])
				: [];
			if (pid !== undefined && !isRunning(Number(pid))) await unlink(join(dirname(target), entry));
		}
	} catch {
		// Only tidying up: the write reports what is wrong with the folder.
	}
}

interface Draft {
	readonly path: string;
	readonly content: string;
	readonly mode: number;
	readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

async function writeDraft({ path, content, mode, owner }: Draft): Promise<void> {
	const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
	const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
	try {
		await file.writeFile(content);
		if (owner !== undefined) await keepOwner(file, owner);
		await file.chmod(mode);
	} finally {
		await file.close();
	}
}

/** Group and owner as before, as far as we may: only root may give a file away. */
async function keepOwner(
	file: { chown(uid: number, gid: number): Promise<void> },
	{ uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
	for (const user of [uid, process.geteuid?.() ?? uid]) {
		try {
			return await file.chown(user, gid);
		} catch (error) {
			if (codeOf(error) !== "EPERM") throw error;
		}
	}
}

/** Writes the draft, lets `place` put it where it belongs, and removes the draft when anything fails. */
async function throughDraft(draft: Draft, place: () => Promise<void>): Promise<void> {
	try {
		await writeDraft(draft);
		await place();
	} catch (error) {
		// Why the file could not be written is what the caller is told; a draft that stays is removed by a later run.
		await unlink(draft.path).catch(() => {});
		throw error;
	}
}

/**
 * Writes a file as a whole: a reader sees the old content or the new one. Symbolic links are followed: their target is
 * replaced. An older file keeps its mode, group and owner; a new one gets `mode`, whatever the umask. Throws a Fault
 * "usage" for what `checkReplaceable` refuses, else the system's error; no draft is left then.
 */
export async function replaceFile(path: string, content: string, mode = 0o644): Promise<void> {
	await checkReplaceable(path);
	const target = await followed(path);
	const old = await unlessMissing(stat(target));
	const draft = { path: draftOf(target), content, mode: old === undefined ? mode : old.mode & 0o777, owner: old };
	await throughDraft(draft, () => rename(draft.path, target));
}

/**
 * Writes a file that must not be there yet, as a whole. Rejects with EEXIST where something is there, also a dangling
 * link.
 */
export async function createFile(path: string, content: string): Promise<void> {
	const draft = { path: draftOf(path), content, mode: 0o666 & ~process.umask() };
	await throughDraft(draft, async () => {
		try {
			await link(draft.path, path);
		} catch (error) {
			// Some file systems have no hard links.
			if (!["EPERM", "ENOTSUP", "EOPNOTSUPP"].includes(codeOf(error) ?? "")) throw error;
			await copyFile(draft.path, path, constants.COPYFILE_EXCL);
		}
		await unlink(draft.path);
	});
}
