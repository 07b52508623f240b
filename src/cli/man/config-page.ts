import type * as v from "valibot";
import { SYSTEM_FILE } from "../../config/file.ts";
import { KEY_DOCS, type KeyDoc } from "../../config/key-docs.ts";
import { SECTION_KEYS } from "../../config/keys.ts";
import { faultsOf } from "../../config/sections/section.ts";
import { filePath } from "../../config/values/secret-file.ts";
import { entry, filled, headed, literal, type ManPage, section, subsection } from "./roff.ts";

type Schema = v.GenericSchema<unknown, unknown>;

/** What a schema takes, in the words in which it refuses anything else. */
export function takenBy(schema: Schema): string {
	if (schema === filePath) return "path of a file, relative to the config file's folder";
	// No key takes a truth value and a map alike, so that one of the two is refused.
	const [fault] = [...faultsOf(schema, {}), ...faultsOf(schema, true)];
	const [, taken] = /expected (.*?)(?: \(.*)?$/.exec(fault?.text ?? "") ?? [];
	if (taken === undefined) throw new Error("a schema that refuses nothing");
	return taken;
}

/** True for a key whose value is a time: of a bare number its schema says that the unit is missing. */
const isDuration = (schema: Schema) => faultsOf(schema, 1).some(({ text }) => text.startsWith("has no unit"));

function textOf(schema: Schema, doc: KeyDoc): string {
	const unit = isDuration(schema) ? "ms, s, m, h or d" : doc.unit;
	return [
		`${doc.says}.`,
		`Type: ${takenBy(schema)}.`,
		`Default: ${doc.default ?? "none"}.`,
		...(unit === undefined ? [] : [`Unit: ${unit}.`]),
		...(doc.variable === undefined ? [] : [`Environment: ${doc.variable}.`]),
	].join(" ");
}

const EXAMPLE = `db-connection-info: { domain: mongo, user: root, password-file: /etc/tangles/mongo }
zookeeper-connection-info: { connect: "h1:2181,h2:2181" }
components:
  Sample: { past: [Data_Archived], future: [Batch_Sampled], event: Batch_Sampled }`;

/** tangles.yaml(5), from the schemas of the keys and what is said of each. */
export function configPage(): ManPage {
	const names = Object.keys(SECTION_KEYS) as (keyof typeof SECTION_KEYS)[];
	const keys = names.flatMap((name) => {
		const docs: Readonly<Record<string, KeyDoc>> = KEY_DOCS[name].keys;
		const entries = Object.entries<Schema>(SECTION_KEYS[name]).flatMap(([key, schema]) => {
			const doc = docs[key];
			if (doc === undefined) throw new Error(`nothing is said of ${name}.${key}`);
			return entry(headed(key), textOf(schema, doc));
		});
		return [...subsection(name, filled(KEY_DOCS[name].says)), ...entries];
	});
	return {
		name: "tangles.yaml",
		section: 5,
		summary: "config file of tangles",
		body: [
			...section("DESCRIPTION", [
				...filled(
					`One file: the one of \`-c\`, else of $TANGLES_CONFIG, else ./tangles.yaml, else ${SYSTEM_FILE}; YAML, or Java properties. ` +
						"A flag beats the environment, the environment the file, the file the default. A value that is blank is a key that is not set.",
				),
				".PP",
				...filled(
					"All faults are reported at once, with file, line and key, and end the run with 78. A key that nothing reads is " +
						"a warning; one about safety (TLS, login) in a server's section is a fault.",
				),
			]),
			...section("KEYS", keys),
			...section("EXAMPLES", literal(EXAMPLE)),
			...section("SEE ALSO", ["\\fBtangles\\fR(1)"]),
		],
	};
}
