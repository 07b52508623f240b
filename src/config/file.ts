import { dirname, extname, resolve } from "node:path";
import { isBlank } from "./formats/blank.ts";
import { Missing, readSmallFile, utf8 } from "./values/small-file.ts";
import { Wrong } from "./values/wrong.ts";

const MOST_BYTES = 1024 * 1024;
const FILE_VARIABLE = "TANGLES_CONFIG";
export const SYSTEM_FILE = "/etc/tangles/tangles.yaml";

export type FileFormat = "yaml" | "properties";

/** A config file that was found and is text. */
export interface TextFile {
	/** Its name as messages have it: as it was given. */
	readonly shown: string;
	readonly path: string;
	readonly folder: string;
	readonly kind: FileFormat;
	readonly text: string;
}

const KINDS: Readonly<Record<string, FileFormat>> = { ".yaml": "yaml", ".yml": "yaml", ".properties": "properties" };

function textOf(bytes: Uint8Array, kind: FileFormat): string | Wrong {
	if (bytes.includes(0)) return new Wrong("is a binary file: it holds NUL bytes; expected UTF-8 text");
	const text = utf8(bytes);
	if (text !== undefined) return text;
	// Java wrote properties in latin-1 up to version 8.
	if (kind === "properties") return Buffer.from(bytes).toString("latin1");
	return new Wrong("is a binary file, or in another encoding: it is not UTF-8; expected UTF-8 text");
}

async function readAt(shown: string, cwd: string): Promise<TextFile | Wrong> {
	if (isBlank(shown)) return new Wrong("no file is named; expected a file's path");
	const path = resolve(cwd, shown);
	const kind = KINDS[extname(path).toLowerCase()];
	if (kind === undefined) {
		return new Wrong(`${shown}: is not known by its ending; expected .yaml (or .yml) or .properties`);
	}
	const bytes = await readSmallFile(path, MOST_BYTES);
	if (bytes instanceof Missing) return new Missing(`${shown}: ${bytes.text}`);
	if (bytes instanceof Wrong) return new Wrong(`${shown}: ${bytes.text}`);
	const text = textOf(bytes, kind);
	return text instanceof Wrong
		? new Wrong(`${shown}: ${text.text}`)
		: { shown, path, folder: dirname(path), kind, text };
}

/** Where to look for the config file. */
export interface ConfigPlaces {
	/** What `-c` gives. */
	readonly file: string | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** The host's file. @default /etc/tangles/tangles.yaml */
	readonly systemFile?: string;
}

/**
 * The config file: `-c`, else $TANGLES_CONFIG, else ./tangles.yaml, else the host's. Undefined where none of the last
 * two is there; what is wrong where a file was named and cannot be used.
 */
export async function findFile(places: ConfigPlaces): Promise<TextFile | Wrong | undefined> {
	if (places.file !== undefined) return await readAt(places.file, places.cwd);
	const named = places.env[FILE_VARIABLE];
	if (named !== undefined && !isBlank(named)) {
		const read = await readAt(named, places.cwd);
		return read instanceof Wrong ? new Wrong(`environment ${FILE_VARIABLE}: ${read.text}`) : read;
	}
	for (const file of ["tangles.yaml", places.systemFile ?? SYSTEM_FILE]) {
		const read = await readAt(file, places.cwd);
		if (!(read instanceof Missing)) return read;
	}
	return undefined;
}
