import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { messageOf } from "../../base/fault.ts";
import { limitFault } from "../../base/host-limits.ts";
import { Wrong } from "./wrong.ts";

const WORDS: Readonly<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "does not exist",
	EACCES: "may not be read by this user",
	EPERM: "may not be read by this user",
	EISDIR: "is a folder; expected a file",
	ELOOP: "is a link that leads back to itself",
	ENAMETOOLONG: "has too long a name",
};

/** A file that is not there, for those to whom that is no fault. */
export class Missing extends Wrong {}

function wrongFrom(error: unknown): Wrong {
	// Nothing is wrong with the file where this process may open no more.
	const limited = limitFault(error);
	if (limited !== undefined) throw limited;
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	const text = WORDS[code] ?? `cannot be read: ${messageOf(error)}`;
	return code === "ENOENT" || code === "ENOTDIR" ? new Missing(text) : new Wrong(text);
}

/**
 * The bytes of a regular file of at most `most` bytes, or what is wrong with it. The size is asked before it is read.
 */
export async function readSmallFile(path: string, most: number): Promise<Uint8Array | Wrong> {
	if (path.includes("\0")) return new Wrong("has a NUL byte in its name");
	try {
		// Without O_NONBLOCK opening a pipe that nobody writes to would wait for ever.
		await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
		const about = await file.stat();
		if (about.isDirectory()) return new Wrong("is a folder; expected a file");
		if (!about.isFile()) return new Wrong("is a device or a pipe; expected a regular file");
		if (about.size > most) return new Wrong(`is too large; expected up to ${most} bytes (found ${about.size})`);
		const bytes = await file.readFile();
		return bytes.length > most ? new Wrong(`is too large; expected up to ${most} bytes (it is growing)`) : bytes;
	} catch (error) {
		return wrongFrom(error);
	}
}

/** Bytes as UTF-8 text without a byte order mark; undefined where they are not. */
export function utf8(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (error) {
		if (error instanceof TypeError) return undefined;
		throw error;
	}
}
