/** Where payload goes. The same object feeds text and JSON, so that they cannot differ. */
export interface Output {
	readonly json: boolean;
	/** The one document of a command: JSON with `--json`, else the text. */
	document<T>(value: T, text: (value: T) => string): void;
	/** One line of a stream that is payload in either form. */
	line<T extends object>(value: T, text: (value: T) => string): void;
	/** One event of a stream: a line of JSON with `--json`; without it, events are talk and the caller logs them. */
	event(value: object): void;
}

/** Output on `write` (stdout). */
export function outputTo(write: (text: string) => void, json: boolean): Output {
	return {
		json,
		document: (value, text) => {
			const rendered = json ? JSON.stringify(value, null, 2) : text(value);
			if (rendered !== "") write(rendered.endsWith("\n") ? rendered : `${rendered}\n`);
		},
		line: (value, text) => write(`${json ? JSON.stringify(value) : text(value)}\n`),
		event: (value) => {
			if (json) write(`${JSON.stringify(value)}\n`);
		},
	};
}
