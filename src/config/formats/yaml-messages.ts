import type { ErrorCode } from "yaml";

/** The parser's error codes in our own words: its messages quote the file, and what they quote may be a password. */
export const YAML_MESSAGES: Readonly<Record<ErrorCode, string>> = {
	ALIAS_PROPS: "an alias (*name) cannot have an anchor or a tag",
	BAD_ALIAS: 'an alias (*name) is not well formed; text that begins with * goes in quotes: "*text"',
	BAD_COLLECTION_TYPE: "a tag does not fit what follows it; tags are not used here",
	BAD_DIRECTIVE: "a line that begins with % is not understood; take it out",
	BAD_DQ_ESCAPE: "a backslash in double quotes begins no escape; write \\\\ or use single quotes",
	BAD_INDENT: "the indentation is wrong, or a bracket is not closed; keys of one section begin in one column",
	BAD_PROP_ORDER: "an anchor or a tag stands in the wrong place",
	BAD_SCALAR_START: "text begins with a character that has a meaning in YAML (@ ` %); write it in quotes",
	BLOCK_AS_IMPLICIT_KEY:
		"a second key stands on the line; each key has a line of its own, text with `: ` goes in quotes",
	BLOCK_IN_FLOW: "an indented list or map cannot stand inside brackets",
	DUPLICATE_KEY: "a key stands twice",
	IMPOSSIBLE: "is not understood",
	KEY_OVER_1024_CHARS: "a key is longer than 1024 characters; a quote may not be closed above",
	MISSING_CHAR: "a character is missing: a closing quote, a bracket, a comma, or the colon and blank after a key",
	MULTILINE_IMPLICIT_KEY: "a key runs over several lines; a colon may be missing, or a quote not closed",
	MULTIPLE_ANCHORS: "a value can have one anchor (&name) only",
	MULTIPLE_DOCS: "a second document begins here (---); a config file is one document",
	MULTIPLE_TAGS: "a value can have one tag only; tags are not used here",
	NON_STRING_KEY: "a key is not text; expected a plain name",
	RESOURCE_EXHAUSTION:
		"lists or maps are nested too deeply; expected four levels at most, and no alias (*name) inside its own anchor (&name)",
	TAB_AS_INDENT: "a tab indents the line; YAML is indented with blanks only",
	TAG_RESOLVE_FAILED: "a tag (!name) is not known; text that begins with ! goes in quotes",
	UNEXPECTED_TOKEN: "a character stands where none may; a quote, a bracket or a colon may be wrong on the line",
};
