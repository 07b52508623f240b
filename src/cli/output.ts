import { unlessAborted } from "../base/deadline.ts";
import type { Sink } from "./streams/standard.ts";

/** Where payload goes. The same object feeds text and JSON, so that they cannot differ. */
export interface Output {
	readonly json: boolean;
	/** True where a person sees it as it is written: a terminal, not a pipe or a file. */
	readonly terminal: boolean;
	/** The one document of a command: JSON with `--json`, else the text. */
	document<T>(value: T, text: (value: T) => string): void;
	/**
	 * The one document of a command, where it is a list that may be long: written page by page, at the pace of its reader.
	 * `{"<name>": [...]}` with `--json`, else the text of each page.
	 */
	list<T>(name: string, pages: AsyncIterable<readonly T[]>, text: (page: readonly T[]) => string): Promise<void>;
	/** One line of a stream that is payload in either form. */
	line<T extends object>(value: T, text: (value: T) => string): void;
	/** One event of a stream: a line of JSON with `--json`; without it, events are talk and the caller logs them. */
	event(value: object): void;
}

/** Payload goes to `stdout`; a long list rejects with the signal's reason where its reader takes no more. */
export function outputTo(stdout: Sink, json: boolean, signal: AbortSignal): Output {
	const { terminal } = stdout;
	const write = (text: string) => stdout.write(text);
	const paced = async (text: string) => {
		write(text);
		await unlessAborted(signal, stdout.room());
	};
	return {
		json,
		terminal,
		document: (value, text) => {
			const rendered = json ? JSON.stringify(value, null, 2) : text(value);
			if (rendered !== "") write(rendered.endsWith("\n") ? rendered : `${rendered}\n`);
		},
		list: async (name, pages, text) => {
			const head = `{${JSON.stringify(name)}: [`;
			let some = false;
			for await (const page of pages) {
				if (page.length === 0) continue;
				const items = json ? page.map((item) => JSON.stringify(item)).join(",\n") : text(page);
				await paced(json ? `${some ? "," : head}\n${items}` : items);
				some = true;
			}
			if (json) await paced(some ? "\n]}\n" : `${head}]}\n`);
		},
		line: (value, text) => write(`${json ? JSON.stringify(value) : text(value)}\n`),
		event: (value) => {
			if (json) write(`${JSON.stringify(value)}\n`);
		},
	};
}
