import type { Config } from "../../config/config.ts";
import { type Line, ok, warn } from "../../doctor/line.ts";

/** The dotted keys that say where each server is. */
const ADDRESSES = ["faktory-connection-info", "db-connection-info", "zookeeper-connection-info"] as const;

/** The file, and for each key that is not left to its default where its value comes from. */
export function configLines({ file, origins, mongo, faktory, zookeeper }: Config): Line[] {
	const lines = [ok("config", file === undefined ? "no file: the environment alone" : `file ${file}`)];
	const given = [...origins].filter(([, origin]) => origin !== "default");
	for (const section of ADDRESSES) {
		const keys = given.filter(([key]) => key.startsWith(`${section}.`));
		if (keys.length > 0) lines.push(ok("config", keys.map(([key, origin]) => `${key} from ${origin}`).join(", ")));
	}
	const missing = Object.entries({ mongo, faktory, zookeeper }).filter(([, server]) => server === undefined);
	for (const [name] of missing) {
		lines.push(warn("config", `no ${name} server is named`, "name it where a command needs it; else this is fine"));
	}
	return lines;
}
