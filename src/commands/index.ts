import type { Command } from "../cli/command.ts";

/** A verb's line in `tangles --help`, and where its code is; loaded only when it is called, because start-up counts. */
export interface Verb {
	readonly summary: string;
	readonly load: () => Promise<{ default: Command }>;
}

/** Every verb of the tool. */
export const VERBS: Readonly<Record<string, Verb>> = {
	init: {
		summary: "collections, indexes, integral tangles, stencils; safe to repeat",
		load: () => import("./init.ts"),
	},
	produce: {
		summary: "stencils to Faktory jobs, TCN after TCN, until max_tcn",
		load: () => import("./produce.ts"),
	},
};
