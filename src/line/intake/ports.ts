import type { Stored } from "../batches/malformed.ts";
import type { BatchStore } from "../batches/ports.ts";
import type { ChecksumAlgorithm } from "./checksums.ts";

/** What intake asks of the batch collection. Every call throws as those of `BatchStore` do. */
export interface IntakeStore extends Omit<BatchStore, "all" | "report"> {
	/** All round trips of a batch by their ids, malformed ones too: nobody can say whether such a one is approved. */
	roundTrips(batchId: string, signal?: AbortSignal): Promise<Stored[]>;
	/** Those of `ids` that have an event of this type, be it of either outcome. */
	withEvent(ids: readonly string[], type: string, signal?: AbortSignal): Promise<ReadonlySet<string>>;
}

/** What stands in the folder of deliveries. `link out`: a link that leads out of it, or nowhere. */
export interface FolderEntry {
	readonly name: string;
	readonly kind: "folder" | "file" | "link out";
}

/** All that is in a delivery's folder, at any depth; paths are relative to it, with `/`. */
export interface FolderContents {
	/** Regular files. */
	readonly files: readonly string[];
	readonly links: readonly string[];
	/** Those of the links that lead out of the folder of deliveries, or nowhere. */
	readonly linksOut: readonly string[];
	/** What is no file, folder or link: pipes, sockets, devices. */
	readonly odd: readonly string[];
	/** When the last of all this changed, the folders among it. */
	readonly changed: Date;
}

/**
 * The folder in which deliveries arrive. Calls for what is in a delivery throw a Fault "failed" that names what cannot
 * be read.
 */
export interface DeliveryReader {
	/** The folder, for messages and events. */
	readonly name: string;
	/** Throws a Fault "usage" where there is no such folder. */
	entries(): Promise<FolderEntry[]>;
	/** True where a delivery has this file. */
	has(delivery: string, file: string): Promise<boolean>;
	/** Undefined where something went away as it was read: it is being changed. */
	contents(delivery: string, signal: AbortSignal): Promise<FolderContents | undefined>;
	/** A file's text; undefined where there is none. */
	text(delivery: string, file: string): Promise<string | undefined>;
	/** A file's sum in lower-case hexadecimal, read piece by piece. Links are not followed. */
	checksum(delivery: string, file: string, algorithm: ChecksumAlgorithm, signal: AbortSignal): Promise<string>;
}
