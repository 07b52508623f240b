import { readFileSync } from "node:fs";

/** Who runs this, by the process's own id: the environment of a cron job need not name a user, and may name another. passwd(5). */
export function userName(): string {
	const uid = String(process.getuid?.());
	const lines = readFileSync("/etc/passwd", "utf8").split("\n");
	const entry = lines.map((line) => line.split(":")).find((fields) => fields[2] === uid);
	return entry?.[0] ?? `uid ${uid}`;
}
