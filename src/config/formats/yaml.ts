import { LineCounter, parseDocument } from "yaml";
import { emptyTree, isMap, type Tree, YAML_WAYS } from "./tree.ts";
import { YAML_MESSAGES } from "./yaml-messages.ts";
import { type ReportFault, YamlWalk } from "./yaml-walk.ts";

type Document = ReturnType<typeof parseDocument>;

function parse(text: string, lines: LineCounter, report: ReportFault): Document | undefined {
	try {
		return parseDocument(text, {
			lineCounter: lines,
			// The parser's own check is quadratic, and does not say which key.
			uniqueKeys: false,
			stringKeys: true,
			// Pretty errors quote the line, which may hold a secret.
			prettyErrors: false,
			resolveKnownTags: false,
			logLevel: "error",
		});
	} catch (error) {
		// Only the error's name is shown: its message may quote the file.
		const name = error instanceof Error ? error.name : typeof error;
		report(1, error instanceof RangeError ? YAML_MESSAGES.RESOURCE_EXHAUSTION : `is not understood as YAML (${name})`);
		return undefined;
	}
}

/** Takes a YAML file's text apart; what is wrong with its form goes to `report`, with its line. */
export function readYaml(text: string, report: ReportFault): Tree {
	const lines = new LineCounter();
	const document = parse(text, lines, report);
	if (document === undefined) return emptyTree(false);
	const problems = [...document.errors, ...document.warnings];
	// One line with a fault often gives several errors, each a consequence of the first.
	const seen = new Set<number>();
	for (const problem of problems) {
		const { line } = lines.linePos(problem.pos[0]);
		if (!seen.has(line)) report(line, YAML_MESSAGES[problem.code]);
		seen.add(line);
	}
	if (problems.length > 0) return emptyTree(false);
	// Its numbers and truth values are read by other rules than those that are checked here.
	if (document.directives?.yaml.version !== "1.2") {
		report(1, "is of another version of YAML; expected 1.2, or no %YAML line");
	}
	const walk = new YamlWalk(lines, report);
	const root = walk.value(document.contents, [], 1, false);
	if (root === undefined || root === null) return emptyTree(walk.whole);
	if (!isMap(root)) {
		report(1, "is not a map of keys; expected lines such as `db-connection-info: { domain: HOST }`");
		return emptyTree(false);
	}
	return { root, whole: walk.whole, ways: YAML_WAYS, place: (path) => walk.places.get(path) };
}
