import { wrap } from "../wrap.ts";

/** Characters that troff would print as others: those of a command line must be copied as they are. */
const GLYPHS: Readonly<Record<string, string>> = {
	"\\": "\\e",
	"-": "\\-",
	"'": "\\(aq",
	"`": "\\(ga",
	"^": "\\(ha",
	"~": "\\(ti",
	'"': "\\(dq",
};

/** Text as troff prints it, character by character; others than ASCII by their code point. groff_char(7) */
export function roff(text: string): string {
	return text
		.replaceAll(/[\\\-'`^~"]/g, (sign) => GLYPHS[sign] ?? sign)
		.replaceAll(
			/[^\n -~]/gu,
			(sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
		);
}

/** A line that begins with a dot would be a request. */
const guarded = (line: string) => (line.startsWith(".") ? `\\&${line}` : line);

const bold = (text: string) => `\\fB${text}\\fR`;

/** Running text, in lines of its own, that troff fills; what stands in backticks is bold. */
export function filled(text: string): string[] {
	return wrap(marked(text), 78, "").split("\n").map(guarded);
}

function marked(text: string): string {
	return text
		.split(/(`[^`]*`)/)
		.map((part) => (/^`.*`$/.test(part) ? bold(roff(part.slice(1, -1))) : roff(part)))
		.join("");
}

/** Lines that stay as they are. */
export const literal = (text: string): string[] => [
	".nf",
	...text.split("\n").map((line) => guarded(roff(line))),
	".fi",
];

export const section = (name: string, lines: readonly string[]): string[] =>
	lines.length === 0 ? [] : [`.SH ${roff(name)}`, ...lines];

export const subsection = (name: string, lines: readonly string[]): string[] => [`.SS ${roff(name)}`, ...lines];

/** An entry of a list: what it is about, and what is said of it. */
export const entry = (head: string, text: string): string[] => [".TP", head, ...filled(text)];

/** `text` in bold, `value` in italics behind it. */
export const headed = (text: string, value?: string): string =>
	value === undefined ? bold(roff(text)) : `${bold(roff(text))} \\fI${roff(value)}\\fR`;

/** What every page of a set says of itself. */
export interface Edition {
	readonly version: string;
	/** The day of the edition. */
	readonly date: Date;
}

/** A page: its name, section and body, each part of which is a list of lines. */
export interface ManPage {
	readonly name: string;
	readonly section: number;
	readonly summary: string;
	readonly body: readonly string[];
}

/** A page's text. man(7) */
export function pageText({ name, section: number, summary, body }: ManPage, { version, date }: Edition): string {
	const day = date.toISOString().slice(0, 10);
	return [
		`.TH ${roff(name.toUpperCase())} ${number} ${day} "tangles ${roff(version)}" "tangles"`,
		...section("NAME", filled(`${name} - ${summary}`)),
		...body,
		"",
	].join("\n");
}
