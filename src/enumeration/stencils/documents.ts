import type { QueueCounts, StateName } from "./ports.ts";

// What `tangles status --json` says of the enumeration and its queue; src/commands/JSON.md shows an example.

/** Stencils of one TCN by state. */
export type TcnDocument = { readonly tcn: number } & Readonly<Record<StateName, number>>;

/** A stencil that was begun and is not complete. */
export interface StencilInWork {
	readonly stencil: string;
	readonly tcn: number;
	readonly rootstock_tcn: number;
	readonly scion_tcn: number;
	/** Jobs of it on the server, and in all; absent where that was not counted yet. */
	readonly pushed?: number;
	readonly total?: number;
}

export interface EnumerationDocument {
	readonly completed_tcn: number;
	readonly max_tcn: number;
	readonly tcns: readonly TcnDocument[];
	readonly in_work: readonly StencilInWork[];
}

export interface QueueDocument extends QueueCounts {
	readonly name: string;
	/** Seconds since the oldest job of the queue was put there; null where it has none, or does not say. */
	readonly oldest_seconds: number | null;
	/** Connected to the server, of all queues; null where it does not say. */
	readonly workers: number | null;
	/** "perhaps": a queue of the server is paused, and this one has jobs that nobody takes. */
	readonly paused: "no" | "perhaps" | "yes";
	/** What resumes it, for people; absent where it is not paused. */
	readonly resume?: string;
}
