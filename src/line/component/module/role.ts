import type { documentForWork, siblingOf } from "../../batches/document.ts";
import type { Failure, SiblingEvent } from "../report.ts";

/** First argument by which the binary becomes the child that runs a module; no command can have this name. */
export const MODULE = ":module";

type Jsoned<T> = T extends Date ? string : T extends object ? { readonly [K in keyof T]: Jsoned<T[K]> } : T;

/** The batch's document as JSON: times are ISO 8601. */
export type BatchJson = Jsoned<ReturnType<typeof documentForWork>> & {
	/** The other round trips of the batch. */
	readonly siblings: readonly Jsoned<ReturnType<typeof siblingOf>>[];
};

/** What a module is given to report with. Every text may be left out. */
export interface Reporter {
	/** Notes one thing that is wrong with the batch: it then counts as failed. */
	failure(failure: Partial<Failure>): void;
	/** Records an event on another round trip of the batch, together with the outcome. */
	event(event: Omit<SiblingEvent, "details"> & { readonly details?: string }): void;
	/** `false`: no event is recorded, and the batch stays where it is. */
	preservable(value: boolean): void;
}

/** The default export of a module. It may throw: that is a failure of type `exception`. */
export type BatchModule = (batch: BatchJson, report: Reporter, signal: AbortSignal) => Promise<void> | void;
