/** Four bytes, big-endian. */
export function int(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32BE(value);
	return bytes;
}

/** A string of ZooKeeper's protocol: its bytes after their number. */
export const text = (value: string) => Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);

/** `false` in ZooKeeper's protocol. */
export const no = Buffer.from([0]);
