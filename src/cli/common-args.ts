import type { ArgsDef } from "citty";
import { LOG_FORMATS } from "../base/log-line.ts";
import { choiceFlag, fileFlag } from "./flags.ts";

/** Flags that every command takes. */
export const COMMON_ARGS = {
	config: fileFlag({
		alias: "c",
		description: "config file (else $TANGLES_CONFIG, ./tangles.yaml, /etc/tangles/tangles.yaml)",
	}),
	json: { type: "boolean", description: "JSON on stdout: one document, or one event a line" },
	quiet: { type: "boolean", alias: "q", description: "only warnings and errors; nothing when there was nothing to do" },
	verbose: { type: "boolean", alias: "v", description: "more log lines, and stacks of errors" },
	color: { type: "boolean", default: true, negativeDescription: "no colours" },
	"log-format": choiceFlag(LOG_FORMATS, {
		description: "log lines; text and json carry run and verb",
		default: "auto",
	}),
	help: { type: "boolean", alias: "h", description: "this help" },
} as const satisfies ArgsDef;

/** Flags of the tool itself, where no command is given. */
export const TOOL_ARGS = {
	...COMMON_ARGS,
	version: { type: "boolean", description: "the version, on stdout" },
} as const satisfies ArgsDef;
