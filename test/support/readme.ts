import { join } from "node:path";

const TEXT = await Bun.file(join(import.meta.dir, "../../README.md")).text();

export interface Block {
	/** `sh`, `yaml`, ... as the fence says; empty where it says nothing. */
	readonly language: string;
	readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(page: string): Block[] {
	return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({ language, text }));
}

/** The fenced blocks of the README, in their order. */
export const BLOCKS: readonly Block[] = blocksOf(TEXT);

/** The blocks in that language. Throws where there is none. */
export function blocksIn(language: string): readonly Block[] {
	const found = BLOCKS.filter((block) => block.language === language);
	if (found.length === 0) throw new Error(`the README has no block in ${language}`);
	return found;
}

/** The block in that language which contains `text`. Throws where there is none, or another one. */
export function blockWith(language: string, text: string): string {
	const [found, another] = blocksIn(language).filter((block) => block.text.includes(text));
	if (found === undefined || another !== undefined) throw new Error(`the README has not one block with ${text}`);
	return found.text;
}

/** The commands of a block, without what is said of them. */
export function commandsIn(block: string): string[] {
	return block
		.trim()
		.split("\n")
		.map((line) => line.replace(/ +# .*$/, ""));
}

/** `text` with each key of `changes` replaced by its value. Throws where one is not in it: the README has changed. */
export function replaced(text: string, changes: Readonly<Record<string, string>>): string {
	let result = text;
	for (const [from, to] of Object.entries(changes)) {
		if (!result.includes(from)) throw new Error(`the README no longer has ${from}`);
		result = result.replaceAll(from, to);
	}
	return result;
}
