import { type DeclaredVerb, type Values, valuedFlags, withAllBelow } from "./declared.ts";

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const nameOf = ({ path }: DeclaredVerb) => path.join(" ");

/** The statement that offers `values`; nothing where only the person can know. */
function offer(values: Values): string {
	if (values.of === "choices") return `_tangles_offer ${quoted(values.words.join(" "))}`;
	return values.of === "files" ? `_tangles_files ${quoted(values.ending)}` : ":";
}

function wordsOf(verb: DeclaredVerb): string {
	const flags = verb.flags.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]));
	const verbs = verb.verbs.map(({ path }) => path.at(-1) ?? "");
	return `  ${quoted(nameOf(verb))}) verbs=${quoted(verbs.join(" "))} flags=${quoted(flags.join(" "))} ;;`;
}

function valuesOf(verb: DeclaredVerb): string[] {
	return verb.flags.flatMap(({ long, short, value }) => {
		if (value === undefined || value.values.of === "anything") return [];
		const patterns = [long, ...(short === undefined ? [] : [short])].map((flag) => quoted(`${nameOf(verb)} ${flag}`));
		return [`    ${patterns.join(" | ")}) ${offer(value.values)} ;;`];
	});
}

function placesOf(verb: DeclaredVerb): string[] {
	return verb.places.flatMap(({ values }, at) =>
		values.of === "anything" ? [] : [`    ${quoted(`${nameOf(verb)} ${at}`)}) ${offer(values)} ;;`],
	);
}

/** The completion script for bash 4 and later. It needs nothing of the package bash-completion. */
export function bashScript(tool: DeclaredVerb): string {
	const all = withAllBelow(tool);
	const rest = all.filter((verb) => verb.rest).map((verb) => quoted(nameOf(verb)));
	return `# Completions of tangles for bash: source <(tangles completions bash)
# or save it as /usr/share/bash-completion/completions/tangles

_tangles_offer() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }

_tangles_files() { # those that end in $1, and folders; all without it
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(
    compgen -f -X "\${1:+!*$1}" -- "$cur"
    if [[ $1 ]]; then compgen -d -- "$cur"; fi
  )
}

_tangles_words() { # what may stand behind the verb
  case $verb in
${all.map(wordsOf).join("\n")}
  esac
}

_tangles() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before='' verb='' verbs flags place=0 at word
  COMPREPLY=()
  _tangles_words
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    before=''
    case $word in
    --)
      case $verb in
      ${rest.join(" | ")})
        if ((at + 1 < COMP_CWORD)); then _tangles_files ''; else mapfile -t COMPREPLY < <(compgen -c -- "$cur"); fi
        ;;
      esac
      return
      ;;
    ${valuedFlags(tool).join(" | ")})
      before=$word
      # bash takes --flag=value apart at the "="
      if [[ \${COMP_WORDS[at + 1]} == = ]]; then ((at++)); fi
      if ((at == COMP_CWORD)); then cur=''; fi
      ((at++)) # over its value
      ;;
    -* | =) ;;
    *)
      if [[ " $verbs " == *" $word "* ]]; then
        verb=\${verb:+$verb }$word
        _tangles_words
      else
        ((place++))
      fi
      ;;
    esac
  done
  if ((at > COMP_CWORD)); then
    case "$verb $before" in
${[...new Set(all.flatMap(valuesOf))].join("\n")}
    esac
  elif [[ $cur == -* ]]; then
    _tangles_offer "$flags"
  elif [[ $verbs ]]; then
    _tangles_offer "$verbs"
  else
    case "$verb $place" in
${all.flatMap(placesOf).join("\n")}
    esac
  fi
}

complete -F _tangles tangles
`;
}
