import { type DeclaredFlag, type DeclaredVerb, type Values, withAllBelow } from "./declared.ts";

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
/** Text within the brackets, or between the colons, of a spec of _arguments. */
const inSpec = (text: string) => text.replaceAll(/[\\[\]:]/g, "\\$&");

function action(values: Values): string {
	if (values.of === "choices") return `(${values.words.join(" ")})`;
	// A blank: something has to stand there, and nothing is offered.
	return values.of === "anything" ? " " : values.ending === "" ? "_files" : `_files -g "*${values.ending}"`;
}

function flagSpec({ long, short, description, value }: DeclaredFlag): string {
	const told = `[${inSpec(description)}]`;
	const takes = value === undefined ? "" : `:${inSpec(value.hint)}:${action(value.values)}`;
	const equals = value === undefined ? "" : "=";
	if (short === undefined) return quoted(`${long}${equals}${told}${takes}`);
	return `${quoted(`(${short} ${long})`)}{${short},${long}${equals}}${quoted(told + takes)}`;
}

const functionOf = ({ path }: DeclaredVerb) => ["_tangles", ...path].join("_");

/** A function that completes one verb; of the words before it, zsh has left only its own. */
function verbFunction(verb: DeclaredVerb): string {
	const places = verb.places.map(({ name, values }, at) => quoted(`${at + 1}:${inSpec(name)}:${action(values)}`));
	const own = [
		...verb.flags.map(flagSpec),
		...(verb.verbs.length > 0 ? [`'1:command:->verb'`, `'*:: :->rest'`] : places),
		...(verb.rest ? [`'*:command:_files'`] : []),
	];
	const head = `${functionOf(verb)}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C -S ${own.join(" \\\n    ")}`;
	if (verb.verbs.length === 0) return `${head}\n}`;
	const lines = verb.verbs.map(({ path, summary }) => `      ${quoted(`${path.at(-1)}:${summary}`)}`);
	const calls = verb.verbs.map((below) => `    ${below.path.at(-1)}) ${functionOf(below)} ;;`);
	return `${head}
  case $state in
  verb)
    local -a verbs=(
${lines.join("\n")}
    )
    _describe -t commands command verbs
    ;;
  rest)
    case $words[1] in
${calls.join("\n")}
    esac
    ;;
  esac
}`;
}

/** The completion script for zsh 5 and later. */
export function zshScript(tool: DeclaredVerb): string {
	return `#compdef tangles
# Completions of tangles for zsh: source <(tangles completions zsh), after compinit
# or save it as _tangles in a folder of $fpath

${withAllBelow(tool).map(verbFunction).join("\n\n")}

if [[ $funcstack[1] == _tangles ]]; then _tangles "$@"; else compdef _tangles tangles; fi
`;
}
