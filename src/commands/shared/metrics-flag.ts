/** The flag of every command that runs for a while. */
export const METRICS_FILE = {
	type: "string",
	valueHint: "FILE",
	description: "keep FILE written with numbers for node_exporter's textfile collector",
} as const;
