import { createHash } from "node:crypto";
import type { ChecksumAlgorithm } from "./checksums.ts";
import type { DeliveryReader, FolderContents, FolderEntry } from "./ports.ts";

/** A delivery in memory. Paths are relative to its folder. */
export interface InMemoryDelivery {
	/** Text of each file. */
	readonly files: Readonly<Record<string, string>>;
	readonly kind?: FolderEntry["kind"];
	readonly links?: readonly string[];
	readonly linksOut?: readonly string[];
	readonly odd?: readonly string[];
	/** The last change; long ago unless said otherwise. */
	readonly changed?: Date;
}

/** A folder of deliveries without a file system, for unit tests of the intake. */
export class InMemoryDeliveries implements DeliveryReader {
	readonly name = "/deliveries";
	readonly #deliveries = new Map<string, InMemoryDelivery>();
	readonly #before: (call: keyof DeliveryReader, delivery: string) => void;

	/** `before` is called before each look at a delivery: what it changes is seen, and what it throws is thrown. */
	constructor(before: (call: keyof DeliveryReader, delivery: string) => void = () => {}) {
		this.#before = before;
	}

	put(name: string, delivery: InMemoryDelivery): void {
		this.#deliveries.set(name, delivery);
	}

	remove(name: string): void {
		this.#deliveries.delete(name);
	}

	async entries(): Promise<FolderEntry[]> {
		return [...this.#deliveries].map(([name, { kind = "folder" }]) => ({ name, kind }));
	}

	async has(delivery: string, file: string): Promise<boolean> {
		this.#before("has", delivery);
		return Object.hasOwn(this.#deliveries.get(delivery)?.files ?? {}, file);
	}

	async contents(delivery: string): Promise<FolderContents | undefined> {
		this.#before("contents", delivery);
		const found = this.#deliveries.get(delivery);
		if (found === undefined) return undefined;
		const { files, links = [], linksOut = [], odd = [], changed = new Date(0) } = found;
		return { files: Object.keys(files), links: [...links, ...linksOut], linksOut, odd, changed };
	}

	async text(delivery: string, file: string): Promise<string | undefined> {
		this.#before("text", delivery);
		return this.#deliveries.get(delivery)?.files[file];
	}

	async checksum(delivery: string, file: string, algorithm: ChecksumAlgorithm): Promise<string> {
		this.#before("checksum", delivery);
		const text = this.#deliveries.get(delivery)?.files[file] ?? "";
		return createHash(algorithm).update(text).digest("hex");
	}
}
