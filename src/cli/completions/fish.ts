import { type DeclaredVerb, type Values, valuedFlags, withAllBelow } from "./declared.ts";

const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;

function taking(values: Values): string {
	if (values.of === "choices") return ` -x -a ${quoted(values.words.join(" "))}`;
	if (values.of === "anything") return " -x";
	return values.ending === "" ? " -r -F" : ` -x -a ${quoted(`(__fish_complete_suffix ${values.ending})`)}`;
}

function linesOf(verb: DeclaredVerb): string[] {
	const path = verb.path.join(" ");
	const within = verb.verbs.length > 0 ? "__tangles_at" : "__tangles_in";
	const when = `complete -c tangles -n ${quoted(`${within} ${path}`.trim())}`;
	const verbs = verb.verbs.map((below) => `${when} -a ${below.path.at(-1)} -d ${quoted(below.summary)}`);
	const flags = verb.flags.map(({ long, short, description, value }) => {
		const letter = short === undefined ? "" : ` -s ${short.slice(1)}`;
		const takes = value === undefined ? "" : taking(value.values);
		return `${when}${letter} -l ${long.slice(2)} -d ${quoted(description)}${takes}`;
	});
	const places = verb.places.flatMap(({ values }, at) => {
		if (values.of !== "choices") return [];
		// The words before it are the verb's, and one for each place before this.
		const here = quoted(`__tangles_in ${path}; and __tangles_count ${verb.path.length + at}`);
		return [`complete -c tangles -n ${here} -a ${quoted(values.words.join(" "))}`];
	});
	const rest = verb.rest ? [`complete -c tangles -n ${quoted(`__tangles_behind ${path}`)} -F`] : [];
	return [...verbs, ...flags, ...places, ...rest];
}

/** The completion script for fish 3 and later. */
export function fishScript(tool: DeclaredVerb): string {
	return `# Completions of tangles for fish: tangles completions fish | source
# or save it as ~/.config/fish/completions/tangles.fish

# The words before the cursor that are neither flags nor their values, up to "--", which stands for all behind it.
function __tangles_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l value no
    for word in $words
        if test $value = yes
            set value no
            continue
        end
        switch $word
            case --
                printf '%s\\n' --
                return
            case ${valuedFlags(tool).join(" ")}
                set value yes
            case '-*'
            case '*'
                echo $word
        end
    end
end

# Exactly these words stand there.
function __tangles_at
    set -l words (__tangles_words)
    test "$words" = "$argv"
end

# They begin with these, and "--" is not among them.
function __tangles_in
    set -l words (__tangles_words)
    not contains -- -- $words; and string match -q -- "$argv *" "$words "
end

function __tangles_count
    test (__tangles_words | count) = $argv[1]
end

# They begin with these, and "--" stands behind.
function __tangles_behind
    set -l words (__tangles_words)
    contains -- -- $words; and string match -q -- "$argv *" "$words "
end

complete -c tangles -f
${withAllBelow(tool).flatMap(linesOf).join("\n")}
`;
}
