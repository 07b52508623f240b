/**
 * ZooKeeper's serial form, "jute": numbers big-endian, texts (UTF-8) and byte strings behind their length as an int, -1
 * for none; a vector is its length and its items.
 */
export class Writer {
	#bytes = Buffer.allocUnsafe(1024);
	#length = 0;

	#room(size: number): number {
		const at = this.#length;
		this.#length += size;
		if (this.#length > this.#bytes.length) {
			const larger = Buffer.allocUnsafe(2 * this.#length);
			this.#bytes.copy(larger, 0, 0, at);
			this.#bytes = larger;
		}
		return at;
	}

	int(value: number): this {
		const at = this.#room(4);
		this.#bytes.writeInt32BE(value, at);
		return this;
	}

	long(value: bigint): this {
		const at = this.#room(8);
		this.#bytes.writeBigInt64BE(value, at);
		return this;
	}

	flag(value: boolean): this {
		const at = this.#room(1);
		this.#bytes[at] = value ? 1 : 0;
		return this;
	}

	bytes(value: Buffer): this {
		this.int(value.length);
		const at = this.#room(value.length);
		value.copy(this.#bytes, at);
		return this;
	}

	text(value: string): this {
		const size = Buffer.byteLength(value);
		this.int(size);
		const at = this.#room(size);
		this.#bytes.write(value, at);
		return this;
	}

	vector<T>(values: readonly T[], write: (value: T) => void): this {
		this.int(values.length);
		for (const value of values) write(value);
		return this;
	}

	/** What `write` writes, behind its length. */
	frame(write: (to: this) => void): void {
		const at = this.#room(4);
		write(this);
		this.#bytes.writeInt32BE(this.#length - at - 4, at);
	}

	/** All that was written since the last call. */
	take(): Buffer {
		const taken = this.#bytes.subarray(0, this.#length);
		this.#bytes = Buffer.allocUnsafe(1024);
		this.#length = 0;
		return taken;
	}
}

/** Reads what `Writer` describes. Throws a RangeError where the bytes end too early or a length cannot be. */
export class Reader {
	readonly #bytes: Buffer;
	#at = 0;

	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	int(): number {
		const value = this.#bytes.readInt32BE(this.#at);
		this.#at += 4;
		return value;
	}

	long(): bigint {
		const value = this.#bytes.readBigInt64BE(this.#at);
		this.#at += 8;
		return value;
	}

	flag(): boolean {
		const value = this.#bytes.readInt8(this.#at) !== 0;
		this.#at += 1;
		return value;
	}

	/** A view of the bytes that were received, not a copy; empty for none. */
	bytes(): Buffer {
		const at = this.#part();
		return this.#bytes.subarray(at, this.#at);
	}

	text(): string {
		const at = this.#part();
		return this.#bytes.toString("utf8", at, this.#at);
	}

	vector<T>(read: () => T): T[] {
		const values: T[] = [];
		for (let left = this.int(); left > 0; left -= 1) values.push(read());
		return values;
	}

	/** Goes past a part that begins with its length; returns where it begins. */
	#part(): number {
		const length = Math.max(0, this.int());
		const at = this.#at;
		this.#at += length;
		if (this.#at > this.#bytes.length)
			throw new RangeError(`${length} bytes announced, ${this.#bytes.length - at} there`);
		return at;
	}
}
