import { resolve } from "node:path";
import * as v from "valibot";
import type { ReaderContext } from "../reader-context.ts";
import { text } from "./schemas.ts";
import { readSmallFile, utf8 } from "./small-file.ts";
import { Wrong } from "./wrong.ts";

const MOST_BYTES = 4096;

/** A path of a file, as the config file gives it. */
export const filePath = v.pipe(
	text,
	v.check((value) => value.trim() !== "", "is empty; expected a file's path"),
	v.check((value) => !value.includes("\0"), "holds a NUL byte; expected a file's path"),
);

/**
 * The text of a secret's file, without one line end at its end, or what is wrong. `path` is relative to the config
 * file's folder.
 */
export async function readSecretFile(context: Pick<ReaderContext, "folder">, path: string): Promise<string | Wrong> {
	const bytes = await readSmallFile(resolve(context.folder, path), MOST_BYTES);
	if (bytes instanceof Wrong) return new Wrong(`the file ${bytes.text}`);
	const secret = utf8(bytes)?.replace(/\r?\n$/, "");
	if (secret === undefined) return new Wrong("the file is not text; expected UTF-8");
	if (secret === "") return new Wrong("the file is empty; expected the secret on its first line");
	if (/[\r\n\0]/.test(secret)) return new Wrong("the file holds more than a line; expected the secret alone");
	return secret;
}
