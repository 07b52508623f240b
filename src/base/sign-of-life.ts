const listeners = new Set<() => void>();

/**
 * Says that this process gets on: a call to a server was answered or has failed, work has moved. A service manager's
 * watchdog is kept by it, and not by a timer, which would go on where the work hangs.
 */
export function signOfLife(): void {
	for (const listener of listeners) listener();
}

/** Calls `listener` at each sign of life, until what it returns is called. */
export function onSignOfLife(listener: () => void): () => void {
	listeners.add(listener);
	return () => void listeners.delete(listener);
}
