import { Fault } from "../../base/fault.ts";
import { choiceFlag, parsedFlag } from "../../cli/flags.ts";
import { JOBTYPE } from "../../servers/faktory/change-jobs.ts";

const QUEUE = /^[\w.-]+$/;

function nameFlag(pattern: RegExp, description: string) {
	const parse = (flag: string, text: string): string => {
		if (pattern.test(text)) return text;
		const hint = "give letters, digits and _ . : / @ + -, as Faktory's web page shows it";
		throw new Fault("usage", `${flag} is "${text}"`, { hint });
	};
	return parsedFlag("NAME", parse, { description });
}

/** What `requeue` and `discard` are told. */
export const CHANGE_ARGS = {
	state: { ...choiceFlag(["dead", "retries"], { description: "which jobs" }), required: true },
	jobtype: nameFlag(JOBTYPE, "only jobs of this type (default arbor_job)"),
	queue: nameFlag(QUEUE, "only jobs of this queue (default the configured one)"),
	reason: { type: "string", required: true, valueHint: "TEXT", description: "why, for the log" },
	yes: { type: "boolean", description: "do not ask" },
	"dry-run": { type: "boolean", description: "count, and change nothing" },
} as const;
