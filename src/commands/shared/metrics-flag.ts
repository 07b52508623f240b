import { fileFlag } from "../../cli/flags.ts";

/** The flag of every command that runs for a while. */
export const METRICS_FILE = fileFlag({
	description: "keep FILE written with numbers for node_exporter's textfile collector",
});
