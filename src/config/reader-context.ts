import type { Log } from "../base/log.ts";
import type { Findings } from "./findings.ts";
import type { Tree } from "./formats/tree.ts";
import type { UnknownKeys } from "./unknown.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** What the readers of the single sections share. */
export interface ReaderContext {
	readonly tree: Tree;
	/** The file's name as messages have it. */
	readonly file: string;
	/** Folder that `password-file` and `auth-file` are relative to. */
	readonly folder: string;
	readonly env: Env;
	readonly findings: Findings;
	readonly unknown: UnknownKeys;
	readonly log: Log;
}
