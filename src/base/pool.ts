/** Runs `work` on every item, at most `width` at a time; rejects with the first error. */
export async function inPool<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
	const waiting = items.values();
	const worker = async () => {
		for (const item of waiting) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
