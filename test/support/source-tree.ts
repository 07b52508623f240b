import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** Paths from the clone's root of all files below `folder` that end in `ending`, sorted. */
export function filesBelow(folder: string, ending: string): string[] {
	return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(ending))
		.map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
		.toSorted();
}

/** A file's text, by its path from the clone's root. */
export function textOf(path: string): string {
	return readFileSync(join(ROOT, path), "utf8");
}

/** Lines of a text that ends with a line end. */
export const lineCount = (text: string) => text.split("\n").length - 1;

const NO_CODE = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

/** The identifiers of a source text: what stands neither in a comment nor in a string. */
export function identifiersOf(text: string): ReadonlySet<string> {
	return new Set(text.replace(NO_CODE, " ").match(/[A-Za-z_$][\w$]*/g));
}

/** The names that a source text exports by declaring them. */
export function exportedNames(text: string): string[] {
	const declared = /^export (?:async )?(?:const|let|function\*?|class|interface|type|enum) +([\w$]+)/gm;
	return [...text.matchAll(declared)].flatMap(([, name]) => name ?? []);
}
