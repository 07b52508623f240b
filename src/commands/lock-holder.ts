import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { LockLayout } from "../config/config.ts";
import { holderData } from "../locks/holder.ts";

const RUN = crypto.randomUUID();

/** By the process's own id: the environment of a cron job need not name a user, and may name another. passwd(5). */
function userName(): string {
	const uid = String(process.getuid?.());
	const lines = readFileSync("/etc/passwd", "utf8").split("\n");
	const entry = lines.map((line) => line.split(":")).find((fields) => fields[2] === uid);
	return entry?.[0] ?? `uid ${uid}`;
}

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
