/** Hands each line of a stream to `take`, until the stream ends. */
export async function linesTo(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
	let rest = "";
	const decoder = new TextDecoder();
	for await (const bytes of stream) {
		const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) take(line);
	}
}
