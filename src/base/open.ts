const open = new Map<symbol, string>();

/**
 * Notes that something which keeps the process alive is open (a connection, a server, a child), by a name for people.
 * Returns the function that takes the note back. What is still noted when a run ends is named by the forced exit.
 */
export function noteOpen(name: string): () => void {
	const key = Symbol(name);
	open.set(key, name);
	return () => open.delete(key);
}

/** Names of all that is still open. */
export function stillOpen(): string[] {
	return [...open.values()];
}
