import type { ArgsDef } from "citty";

/** Flags that every command takes. */
export const COMMON_ARGS = {
	config: {
		type: "string",
		alias: "c",
		valueHint: "FILE",
		description: "config file (else $TANGLES_CONFIG, ./tangles.yaml, /etc/tangles/tangles.yaml)",
	},
	json: { type: "boolean", description: "JSON on stdout: one document, or one event a line" },
	quiet: { type: "boolean", alias: "q", description: "only warnings and errors; nothing when there was nothing to do" },
	verbose: { type: "boolean", alias: "v", description: "more log lines, and stacks of errors" },
	color: { type: "boolean", default: true, negativeDescription: "no colours" },
	help: { type: "boolean", alias: "h", description: "this help" },
} as const satisfies ArgsDef;
