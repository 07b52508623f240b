import type { DoctorLine } from "../../base/doctor-line.ts";
import { messageOf } from "../../base/fault.ts";
import type { Log, LogFields } from "../../base/log.ts";
import type { Config } from "../../config/config.ts";
import { fail, ok, warn } from "./line.ts";

/** A log that makes a line of each warning of the file's reader. */
export function warningLines(lines: DoctorLine[]): Log {
	const none = () => {};
	return { debug: none, info: none, error: none, warn: (message, fields) => lines.push(warningLine(message, fields)) };
}

/** `at`: file and line; `key`: the key that is odd; `meant`: the one that it resembles. */
function warningLine(message: string, { at, key, meant, ...more }: LogFields = {}): DoctorLine {
	const where = [at, key].filter((part) => part !== undefined).join(": ");
	const rest = Object.entries(more).map(([name, value]) => ` (${name} ${value})`);
	const hint =
		meant === undefined ? "nothing reads this key: take it out, or correct its name" : `did you mean ${meant}?`;
	return warn("config", `${where === "" ? "" : `${where}: `}${message}${rest.join("")}`, hint);
}

/** The servers, and the section that says where each is. */
const SECTIONS = [
	["faktory", "faktory-connection-info"],
	["mongo", "db-connection-info"],
	["zookeeper", "zookeeper-connection-info"],
] as const;

/** The file, and for each key that is not left to its default where its value comes from. */
export function configLines(config: Config): DoctorLine[] {
	const { file, origins } = config;
	const given = [...origins].filter(([, origin]) => origin !== "default");
	const sources = SECTIONS.flatMap(([, section]) => {
		const keys = given.filter(([key]) => key.startsWith(`${section}.`));
		return keys.length === 0 ? [] : ok("config", keys.map(([key, origin]) => `${key} from ${origin}`).join(", "));
	});
	const components = [...config.componentFaults].map(([name, fault]) =>
		fail(
			"config",
			`components.${name}: ${messageOf(fault)}`,
			"correct the file; until then this component does not run, and all else does",
		),
	);
	const missing = SECTIONS.filter(([name]) => config[name] === undefined).map(([name, section]) =>
		warn("config", `no ${name} server is named`, `${section} names it, where a command needs it; else this is fine`),
	);
	return [
		ok("config", file === undefined ? "no file: the environment alone" : `file ${file}`),
		...sources,
		...components,
		...missing,
	];
}
