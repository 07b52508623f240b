import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFault } from "../../src/base/fault.ts";
import type { Log, LogFields } from "../../src/base/log.ts";
import type { Config, ServerName } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";

/** A log that keeps its lines. */
export interface KeptLog extends Log {
	readonly lines: { level: string; message: string; fields: LogFields }[];
}

export function keptLog(): KeptLog {
	const lines: KeptLog["lines"] = [];
	const keep =
		(level: string) =>
		(message: string, fields: LogFields = {}) => {
			lines.push({ level, message, fields });
		};
	return { lines, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}

export interface LoadInFolder {
	readonly file?: string | undefined;
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly needs?: readonly ServerName[];
	readonly log?: Log;
}

/** In memory where the host allows it: on a disk thousands of folders cost more than all that is read in them. */
function place(): string {
	try {
		accessSync("/dev/shm", constants.W_OK);
		return "/dev/shm";
	} catch {
		return tmpdir();
	}
}

const PLACE = place();

/**
 * A folder of its own with config files in it; the host's /etc is never looked at. Written at once: thousands of small
 * files cost their threads more than the calls.
 */
export class ConfigFolder implements AsyncDisposable {
	readonly path: string;

	private constructor(path: string) {
		this.path = path;
	}

	static async create(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<ConfigFolder> {
		const folder = new ConfigFolder(mkdtempSync(join(PLACE, "tangles-config-")));
		for (const [name, content] of Object.entries(files)) await folder.write(name, content);
		return folder;
	}

	async write(name: string, content: string | Uint8Array): Promise<void> {
		writeFileSync(join(this.path, name), content);
	}

	async load(options: LoadInFolder = {}): Promise<Config> {
		return await loadConfig({
			file: options.file,
			env: options.env ?? {},
			cwd: this.path,
			needs: options.needs ?? [],
			log: options.log ?? keptLog(),
			systemFile: join(this.path, "etc.yaml"),
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		rmSync(this.path, { recursive: true, force: true });
	}
}

/** Loads one config file's text, as `tangles.yaml` or by the ending given, beside `files`. */
export async function loadText(
	content: string | Uint8Array,
	options: LoadInFolder & { ending?: string; files?: Readonly<Record<string, string | Uint8Array>> } = {},
): Promise<Config> {
	const name = `tangles${options.ending ?? ".yaml"}`;
	await using folder = await ConfigFolder.create({ ...options.files, [name]: content });
	return await folder.load({ ...options, file: name });
}

/** The message of the config fault that loading gives; throws where there is none. */
export async function faultOf(loading: Promise<Config>): Promise<string> {
	const thrown: unknown = await loading.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (isFault(thrown, "config")) return thrown.message;
	throw new Error("expected a fault of kind config", { cause: thrown });
}

/** The faults of one file, a line each, without the headline. */
export async function faultsIn(
	text: string | Uint8Array,
	options: LoadInFolder & { ending?: string } = {},
): Promise<string[]> {
	const [, ...lines] = (await faultOf(loadText(text, options))).split("\n");
	return lines;
}
