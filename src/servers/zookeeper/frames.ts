/** The longest frame, in bytes: lists of some millions of nodes. A longer one is not ZooKeeper's. */
const LONGEST = 256 * 1024 * 1024;

/**
 * Cuts a stream into frames: four bytes of length, then that many bytes. The function returns the frames that `bytes`
 * completes, and keeps the beginning of the next one. Throws a `RangeError` over a length above 256 MiB.
 */
export function frameCutter(): (bytes: Buffer) => Buffer[] {
	let parts: Buffer[] = [];
	let have = 0;
	let need = 4;
	return (bytes) => {
		parts.push(bytes);
		have += bytes.length;
		if (have < need) return [];
		const all = parts.length === 1 ? bytes : Buffer.concat(parts);
		const frames: Buffer[] = [];
		let at = 0;
		need = 4;
		while (all.length - at >= 4) {
			const length = all.readUInt32BE(at);
			if (length > LONGEST) throw new RangeError(`a frame of ${length} bytes`);
			need = 4 + length;
			if (all.length - at < need) break;
			frames.push(all.subarray(at + 4, at + need));
			at += need;
			need = 4;
		}
		have = all.length - at;
		parts = have === 0 ? [] : [all.subarray(at)];
		return frames;
	};
}
