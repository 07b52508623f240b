import { isFault } from "../base/fault.ts";

/** Stands for the data of a node, or the names in a directory, that the login has no right to read. */
export const NOT_READABLE = "not readable";

/**
 * What `ask` gives, or `NOT_READABLE` where the server refuses it for want of rights: on a shared ensemble some nodes
 * belong to other users, and must not hide the rest. Every other error is thrown.
 */
export function unlessRefused<T>(ask: Promise<T>): Promise<T | typeof NOT_READABLE> {
	return ask.catch(notReadable);
}

function notReadable(error: unknown): typeof NOT_READABLE {
	if (isFault(error, "refused")) return NOT_READABLE;
	throw error;
}
