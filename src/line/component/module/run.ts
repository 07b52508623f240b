import { pathToFileURL } from "node:url";
import { messageOf } from "../../../base/fault.ts";
import { replaceFile } from "../../../base/whole-file.ts";
import type { SiblingEvent, Written } from "../report.ts";
import { builtin } from "./builtin.ts";
import type { BatchJson, BatchModule, Reporter } from "./role.ts";

async function load(file: string): Promise<BatchModule> {
	const own = await builtin(file);
	if (own !== undefined) return own;
	const loaded: { readonly default?: unknown } = await import(pathToFileURL(file).href);
	if (typeof loaded.default === "function") return loaded.default as BatchModule;
	throw new Error(
		`${file} has no default export that is a function; write: export default async (batch, report, signal) => {}`,
	);
}

/**
 * Runs the module `file` on the batch that comes as JSON on stdin, and writes the report to the file that the
 * environment names. `signal` aborts on SIGTERM. Never throws for what the module does.
 */
export async function runModule(file: string, env: NodeJS.ProcessEnv): Promise<void> {
	const stop = new AbortController();
	process.once("SIGTERM", () => stop.abort(new Error("asked to stop")));
	// An error outside the awaited call (a timer, a promise that nobody awaits) is a failure of the module too.
	const crash = Promise.withResolvers<never>();
	process.on("uncaughtException", crash.reject);
	process.on("unhandledRejection", crash.reject);
	const failures: Written["failures"] = [];
	const events: SiblingEvent[] = [];
	let preservable = true;
	const report: Reporter = {
		failure: ({ filereference = "", type = "", component, description = "", details = "" }) => {
			failures.push({ filereference, type, description, details, ...(component === undefined ? {} : { component }) });
		},
		event: ({ round_trip, type, success, details = "" }) => {
			events.push({ round_trip, type, success, details });
		},
		preservable: (value) => {
			preservable = value;
		},
	};
	try {
		const run = await load(file);
		const batch: BatchJson = JSON.parse(await Bun.stdin.text());
		await Promise.race([run(batch, report, stop.signal), crash.promise]);
	} catch (error) {
		// The stack is for the report: in the log it would look like output of the batch.
		const details = error instanceof Error ? (error.stack ?? "") : "";
		process.stderr.write(`${messageOf(error)}\n`);
		report.failure({ type: "exception", description: error instanceof Error ? error.message : String(error), details });
	}
	const written: Written = { failures, preservable, ...(events.length === 0 ? {} : { events }) };
	const text = JSON.stringify(written);
	if (env.TANGLES_RESULT === undefined) {
		process.stdout.write(text);
		return;
	}
	try {
		await replaceFile(env.TANGLES_RESULT, text, 0o600);
	} catch (error) {
		process.stderr.write(`the report cannot be written: ${messageOf(error)}\n`);
		process.exitCode = 1;
	}
}
