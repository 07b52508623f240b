/** What the runtime warns of while `act` runs: of a timer that is negative or too long, for example. */
export async function runtimeWarnings(act: () => Promise<void>): Promise<string[]> {
	const warnings: string[] = [];
	const warned = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
	process.on("warning", warned);
	try {
		await act();
		// A warning is emitted in a later turn than its cause.
		await new Promise(setImmediate);
	} finally {
		process.off("warning", warned);
	}
	return warnings;
}
