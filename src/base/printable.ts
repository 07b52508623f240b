const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/**
 * Text of others for a terminal: what would move the cursor, colour, or turn the direction of writing stands as
 * `\u{1b}`.
 */
export function printable(text: string): string {
	return text.replaceAll(UNPRINTABLE, escaped);
}

const UNPRINTABLE_IN_LINES = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;
/** Nothing but printable ASCII and line ends: by far the commonest, and found so many times faster. */
const PLAIN = /^[\n\x20-\x7e]*$/;

/** The same for several lines: their ends stay. */
export function printableLines(text: string): string {
	return PLAIN.test(text) ? text : text.replaceAll(UNPRINTABLE_IN_LINES, escaped);
}

/** The same on one line of at most `most` characters: the first line that is not empty, and `…` where more follows. */
export function shortened(text: string, most: number): string {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const [first = ""] = lines;
	const characters = [...printable(first.trim())];
	if (lines.length < 2 && characters.length <= most) return characters.join("");
	return `${characters.slice(0, most - 1).join("")}…`;
}
