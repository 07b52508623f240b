import { hostname } from "node:os";
import type { LockLayout } from "../config/config.ts";
import { holderData } from "../locks/holder.ts";
import { userName } from "./user-name.ts";

const RUN = crypto.randomUUID();

/** What our lock nodes say of this process: `command` is the verb, without arguments, which may hold secrets. */
export function thisHolder(
	command: string,
	version: string,
	layout: LockLayout,
	work: { readonly component?: string; readonly batch?: string } = {},
): string {
	const started = new Date(Date.now() - performance.now()).toISOString();
	const self = { host: hostname(), pid: process.pid, user: userName(), command, started, version, layout, run: RUN };
	return holderData({ ...self, ...work });
}
