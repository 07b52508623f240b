const open = new Map<symbol, string>();

/**
 * Notes that something which keeps the process alive is open (a connection, a server, a child), by a name for people.
 * Returns the function that takes the note back. What is still noted when a run ends is named by the forced exit.
 */
export function noteOpen(name: string): () => void {
	const key = Symbol(name);
	open.set(key, name);
	return () => {
		open.delete(key);
		look();
	};
}

/** Names of all that is still open. */
export function stillOpen(): string[] {
	return [...open.values()];
}

let unstoppable = 0;

/**
 * Notes work that keeps the process alive and cannot be stopped, though nobody waits for it once the run has ended: the
 * lookup of a name. Returns the function that takes the note back. The process then ends without it.
 */
export function noteUnstoppable(): () => void {
	let noted = true;
	unstoppable += 1;
	return () => {
		if (noted) unstoppable -= 1;
		noted = false;
	};
}

let idle: (() => void) | undefined;

function look(): void {
	if (unstoppable > 0 && open.size === 0) idle?.();
}

/** Resolves once such work is all that keeps the process alive. */
export function whenOnlyUnstoppable(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	idle = resolve;
	look();
	return promise;
}
