import { isFault } from "../base/fault.ts";

/** Stands for what a node says, or what a directory lists, where the login has no right to read it. */
export const NOT_READABLE = "not readable";

/**
 * What `ask` gives, or `NOT_READABLE` where the server refuses it for want of rights: on a shared ensemble some nodes belong
 * to others, and none of them may hide the rest. Every other error is thrown.
 */
export async function unlessRefused<T>(ask: Promise<T>): Promise<T | typeof NOT_READABLE> {
	try {
		return await ask;
	} catch (error) {
		if (isFault(error, "refused")) return NOT_READABLE;
		throw error;
	}
}
