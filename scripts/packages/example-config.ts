import { KEY_DOCS, type KeyDoc } from "../../src/config/key-docs.ts";

// Prints the config file of the packages: every key, as a comment, with its default and what is said of it.

const HEAD = `# The config of tangles: man tangles.yaml. Take the # off the lines that you need, and run: tangles doctor
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

const sections = Object.entries(KEY_DOCS).map(([section, { says, keys }]) => {
	const [indent, inner] = section === "components" ? ["    ", ["#  Sample:"]] : ["  ", []];
	return [`# ${says}`, `#${section}:`, ...inner, ...keyLines(section, indent, keys)].join("\n");
});
console.log([HEAD, ...sections].join("\n\n"));
