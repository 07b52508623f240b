import { KEY_DOCS, type KeyDoc } from "./key-docs.ts";

const HEAD = `# The config of tangles: man tangles.yaml. Take the # off the lines that you need, and run: tangles config check
# Passwords are better off in files of their own, which only the user tangles may read: password-file.`;

/** Keys of the sections that a host's file names first. */
const VALUES: Readonly<Record<string, string>> = {
	"faktory-connection-info.domain": "faktory",
	"db-connection-info.domain": "mongo",
	"zookeeper-connection-info.connect": '"h1:2181,h2:2181"',
	"components.event": "Batch_Sampled",
	"components.command": "[check-batch, --strict]",
};

function keyLines(section: string, indent: string, keys: Readonly<Record<string, KeyDoc>>): string[] {
	return Object.entries(keys).map(([key, { says, default: standard = "" }]) => {
		const value = VALUES[`${section}.${key}`] ?? standard;
		return `#${indent}${`${key}:${value === "" ? "" : ` ${value}`}`.padEnd(40)} # ${says}`;
	});
}

/**
 * A config file in YAML with every key, as a comment, with its default and what is said of it. Valid as it stands, and
 * with each `#` in front of a key taken away.
 */
export function exampleFile(): string {
	const sections = Object.entries(KEY_DOCS).map(([section, { says, keys }]) => {
		const [indent, inner] = section === "components" ? ["    ", ["#  Sample:"]] : ["  ", []];
		return [`# ${says}`, `#${section}:`, ...inner, ...keyLines(section, indent, keys)].join("\n");
	});
	return `${[HEAD, ...sections].join("\n\n")}\n`;
}
