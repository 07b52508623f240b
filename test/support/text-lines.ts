/** Cuts a stream of UTF-8 into lines: each call gives those that its bytes complete. */
export function textLines(): (bytes: Uint8Array) => string[] {
	const decoder = new TextDecoder();
	let rest = "";
	return (bytes) => {
		const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
		rest = lines.pop() ?? "";
		return lines;
	};
}
