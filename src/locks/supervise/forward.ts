/** What a user or a terminal sends beside INT and TERM, which end a run. */
const FORWARDED = ["SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

/** Hands these signals on from now on. Returns the function that ends it. */
export function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
	const handlers = FORWARDED.map((signal) => [signal, () => send(signal)] as const);
	for (const [signal, handler] of handlers) process.on(signal, handler);
	return () => {
		for (const [signal, handler] of handlers) process.off(signal, handler);
	};
}
