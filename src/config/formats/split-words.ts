/**
 * Splits a command line on blanks; double quotes hold words with blanks together, and "" is an empty word. No other
 * character is special: nothing is run by a shell. Undefined where a quote is not closed.
 */
export function splitWords(text: string): string[] | undefined {
	if (text.split('"').length % 2 === 0) return undefined;
	return (text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ""));
}
