const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

/**
 * Text of others for a terminal: what would move the cursor, colour, or turn the direction of writing stands as
 * `\u{1b}`.
 */
export function printable(text: string): string {
	return text.replaceAll(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same on one line of at most `most` characters: the first line that is not empty, and `…` where more follows. */
export function brief(text: string, most: number): string {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const [first = ""] = lines;
	const characters = [...printable(first.trim())];
	if (lines.length < 2 && characters.length <= most) return characters.join("");
	return `${characters.slice(0, most - 1).join("")}…`;
}
