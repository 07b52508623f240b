import { Composer, Lexer, LineCounter, Parser, type YAMLError } from "yaml";
import { emptyTree, isMap, type Tree, YAML_WAYS } from "./tree.ts";
import { YAML_MESSAGES } from "./yaml-messages.ts";
import { DEEPEST, type ReportFault, YamlWalk } from "./yaml-walk.ts";

/** What the parser keeps around a value: the document, its lists and maps, and the text that it is reading. */
const MOST_OPEN = DEEPEST + 2;

const OPTIONS = {
	// The parser's own check is quadratic, and does not say which key.
	uniqueKeys: false,
	stringKeys: true,
	// Pretty errors quote the line, which may hold a secret.
	prettyErrors: false,
	resolveKnownTags: false,
	logLevel: "error",
} as const;

/** Where one of these is set, the library prints every lexeme on stdout, passwords too. */
const PRINTING = ["LOG_TOKENS", "LOG_STREAM"] as const;

class TooDeep extends Error {}

/** Calls the library without its own printing; the environment is the same afterwards. */
function silently<T>(parse: () => T): T {
	const given = PRINTING.map((name) => [name, process.env[name]] as const);
	for (const name of PRINTING) delete process.env[name];
	try {
		return parse();
	} finally {
		for (const [name, value] of given) if (value !== undefined) process.env[name] = value;
	}
}

/**
 * The text's syntax, as the library's own `Parser.parse` yields it. Throws TooDeep as soon as more is open than a
 * value of a config can be in: what the composer does with 100,000 levels takes half a second.
 */
function* syntaxOf(text: string, lines: LineCounter) {
	lines.addNewLine(0);
	const parser = new Parser(lines.addNewLine);
	for (const lexeme of new Lexer().lex(text)) {
		yield* parser.next(lexeme);
		if (parser.stack.length > MOST_OPEN) throw new TooDeep();
	}
	yield* parser.end();
}

const placed = ({ pos, code }: YAMLError) => ({ at: pos[0], code });

/** The file's one document, and what is wrong with its form; undefined where it cannot be taken apart at all. */
function parse(text: string, lines: LineCounter, report: ReportFault) {
	try {
		const [document, second] = new Composer(OPTIONS).compose(syntaxOf(text, lines), true, text.length);
		if (document === undefined) return undefined;
		const errors = document.errors.map(placed);
		if (second !== undefined) errors.push({ at: second.range[0], code: "MULTIPLE_DOCS" });
		return { document, problems: [...errors, ...document.warnings.map(placed)] };
	} catch (error) {
		if (error instanceof TooDeep) {
			report(lines.lineStarts.length, YAML_MESSAGES.RESOURCE_EXHAUSTION);
			return undefined;
		}
		// Only the error's name is shown: its message may quote the file.
		report(1, `is not understood as YAML (${error instanceof Error ? error.name : typeof error})`);
		return undefined;
	}
}

/** Takes a YAML file's text apart; what is wrong with its form goes to `report`, with its line. */
export function readYaml(text: string, report: ReportFault): Tree {
	const lines = new LineCounter();
	const parsed = silently(() => parse(text, lines, report));
	if (parsed === undefined) return emptyTree(false);
	const { document, problems } = parsed;
	// One line with a fault often gives several errors, each a consequence of the first.
	const seen = new Set<number>();
	for (const { at, code } of problems) {
		const { line } = lines.linePos(at);
		if (!seen.has(line)) report(line, YAML_MESSAGES[code]);
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
