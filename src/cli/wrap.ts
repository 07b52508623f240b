/**
 * Text in lines of at most `width` columns, where its words allow it, each after the first behind `indent`. A command
 * in backticks is one word, so that it can be copied.
 */
export function wrap(text: string, width: number, indent: string): string {
	const lines: string[] = [""];
	for (const word of text.match(/(?:`[^`]*`|\S)+/g) ?? []) {
		const line = lines.at(-1) ?? "";
		if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
	}
	return lines.join(`\n${indent}`);
}
