import { randomBytes } from "node:crypto";
import type { QueriedBatch } from "./batch-query.ts";

/**
 * Who wrote the last versions of a batch's document, by version, so that a write whose answer was lost is known again
 * even after others have written over it. As many as may be written while one of them is tried again.
 */
export const REMEMBERED = 32;

/** A batch's document with what a write goes by. */
export interface WrittenBatch extends QueriedBatch {
	version: number;
	writers?: Readonly<Record<string, string>>;
}

/** The field of `writers` in which the write that gives `version` is noted. */
export const slot = (version: number) => `w${version % REMEMBERED}`;

/** A name for one write, new for each. */
export const newWriter = () => randomBytes(9).toString("base64url");
