import { hostname } from "node:os";
import { runId } from "../../base/run-id.ts";
import { holderData } from "../../locks/holder.ts";
import type { LockLayout } from "../../locks/names.ts";
import type { Layer } from "../../locks/supervise/containment.ts";
import { userName } from "./user-name.ts";

/** Read once: these values stay the same for the whole run, and every lock asks for them. */
let ourselves:
	| { readonly host: string; readonly user: string; readonly started: string; readonly run: string }
	| undefined;

/** What our lock nodes say of this process: `command` is the verb, without arguments, which may hold secrets. */
export function thisHolder(
	command: string,
	version: string,
	layout: LockLayout,
	work: { readonly component?: string; readonly batch?: string; readonly contained?: Layer } = {},
): string {
	ourselves ??= {
		host: hostname(),
		user: userName(),
		started: new Date(Date.now() - performance.now()).toISOString(),
		run: runId(),
	};
	const { host, user, started, run } = ourselves;
	return holderData({ host, pid: process.pid, user, command, started, version, layout, run, ...work });
}
