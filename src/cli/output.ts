import { orAborted } from "../base/deadline.ts";
import type { Sink } from "./streams/standard.ts";

/** Where payload goes. The same object feeds text and JSON, so that they cannot differ. */
export interface Output {
	readonly json: boolean;
	/** True where a person sees it as it is written: a terminal, not a pipe or a file. */
	readonly terminal: boolean;
	/** True with `--quiet`: only failures are reported. */
	readonly quiet: boolean;
	/** The one document of a command: JSON with `--json`, else the text. */
	document<T>(value: T, text: (value: T) => string): void;
	/** The document of a command that did something: with `--quiet` its text is left out, but for that of a dry run. */
	receipt<T extends { readonly dry_run: boolean }>(value: T, text: (value: T) => string): void;
	/**
	 * The one document of a command, where it is a list that may be long: written page by page, at the pace of its
	 * reader. `{"<name>": [...]}` with `--json`, else the text of each page.
	 */
	list<T>(name: string, pages: AsyncIterable<readonly T[]>, text: (page: readonly T[]) => string): Promise<void>;
	/** Payload that is text in either form, as it stands and at the pace of its reader. */
	raw(chunks: AsyncIterable<string>): Promise<void>;
	/** One line of a stream that is payload in either form. */
	line<T extends object>(value: T, text: (value: T) => string): void;
	/** One event of a stream: a line of JSON with `--json`; without it the caller logs the event. */
	event(value: object): void;
}

/** An event's line: its time stands first, and is no key of the event's own. */
export function timed<E extends { readonly event: string; readonly time?: undefined }>(event: E) {
	return { time: new Date().toISOString(), ...event };
}

/** The common flags that payload follows. */
interface Form {
	readonly json?: boolean;
	readonly quiet?: boolean;
}

/** Payload goes to `stdout`; a long list rejects with the signal's reason where its reader takes no more. */
export function outputTo(stdout: Sink, { json = false, quiet = false }: Form, signal: AbortSignal): Output {
	const { terminal } = stdout;
	const write = (text: string) => stdout.write(text);
	const writeWithBackpressure = async (text: string) => {
		write(text);
		await orAborted(signal, stdout.room());
	};
	function document<T>(value: T, text: (value: T) => string): void {
		const rendered = json ? JSON.stringify(value, null, 2) : text(value);
		if (rendered !== "") write(rendered.endsWith("\n") ? rendered : `${rendered}\n`);
	}
	return {
		json,
		terminal,
		quiet,
		document,
		receipt: (value, text) => {
			if (json || value.dry_run || !quiet) document(value, text);
		},
		list: async (name, pages, text) => {
			const head = `{${JSON.stringify(name)}: [`;
			let some = false;
			for await (const page of pages) {
				if (page.length === 0) continue;
				const items = json ? page.map((item) => JSON.stringify(item)).join(",\n") : text(page);
				await writeWithBackpressure(json ? `${some ? "," : head}\n${items}` : items);
				some = true;
			}
			if (json) await writeWithBackpressure(some ? "\n]}\n" : `${head}]}\n`);
		},
		raw: async (chunks) => {
			for await (const chunk of chunks) if (chunk !== "") await writeWithBackpressure(chunk);
		},
		line: (value, text) => write(`${json ? JSON.stringify(value) : text(value)}\n`),
		event: (value) => {
			if (json) write(`${JSON.stringify(value)}\n`);
		},
	};
}
