/** One line of a bench's result. `reach` is what the design asks of `value`, where it asks for something. */
export interface Figure {
	readonly what: string;
	readonly value: string;
	readonly reach?: string;
}

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export interface Measured {
	readonly ms: number;
	/** Highest resident memory, bytes. */
	readonly peak: number;
	readonly out: string;
}

/** Runs a program to its end; throws where it fails. */
export async function measure(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Measured> {
	const began = performance.now();
	const child = Bun.spawn([...words], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
	const [out, err, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	const ms = performance.now() - began;
	if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${err}`);
	return { ms, peak: child.resourceUsage()?.maxRSS ?? Number.NaN, out };
}

export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

export function needed(name: string): string {
	const value = process.env[name];
	if (value === undefined) throw new Error(`${name} is not set: run scripts/bench`);
	return value;
}
