import { readFileSync } from "node:fs";

/** The lines of passwd(5); none where this host has no such file, or keeps its users elsewhere. */
function entries(): string[][] {
	try {
		return readFileSync("/etc/passwd", "utf8")
			.split("\n")
			.map((line) => line.split(":"));
	} catch {
		// A name is for people: no run fails for want of it.
		return [];
	}
}

/**
 * The name of the process's user, by its user id: the environment of a cron job may name no user, or another one. `uid
 * N` where the host has no name for the id.
 */
export function userName(): string {
	const uid = String(process.getuid?.());
	const [name = ""] = entries().find((fields) => fields[2] === uid) ?? [];
	return name === "" ? `uid ${uid}` : name;
}
