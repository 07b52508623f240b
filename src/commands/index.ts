import type { Command } from "../cli/command.ts";

/** A verb's line in `tangles --help`, and where its code is; loaded only when it is called, because start-up counts. */
export interface Verb {
	readonly summary: string;
	readonly load: () => Promise<{ default: Command }>;
}

/** Every verb of the tool. */
export const VERBS: Readonly<Record<string, Verb>> = {};
