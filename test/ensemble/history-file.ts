import { appendFileSync, closeSync, type FSWatcher, openSync, readSync, watch } from "node:fs";
import { sharedNow } from "../../src/base/shared-clock.ts";
import type { Event } from "./checker/history.ts";

type WithoutTime<T> = T extends Event ? Omit<T, "at"> : never;

/** The file to which every process of a soak appends its events; its own events too, and what others write is heard. */
export class HistoryFile implements Disposable {
	readonly path: string;
	readonly #descriptor: number;
	readonly #watcher: FSWatcher;
	#position = 0;
	#rest = "";
	#heard: (event: Event) => void;

	constructor(path: string, heard: (event: Event) => void) {
		this.path = path;
		this.#heard = heard;
		appendFileSync(path, "");
		this.#descriptor = openSync(path, "r");
		this.#watcher = watch(path, () => this.#read());
	}

	#read(): void {
		const bytes = Buffer.alloc(65_536);
		for (;;) {
			const count = readSync(this.#descriptor, bytes, 0, bytes.length, this.#position);
			if (count === 0) return;
			this.#position += count;
			const lines = (this.#rest + bytes.toString("utf8", 0, count)).split("\n");
			this.#rest = lines.pop() ?? "";
			for (const line of lines) this.#heard(JSON.parse(line) as Event);
		}
	}

	/** Writes an event of now. */
	emit(event: WithoutTime<Event>): void {
		this.write(JSON.stringify({ at: sharedNow(), ...event }));
	}

	/** Writes a line that another program has made. */
	write(line: string): void {
		appendFileSync(this.path, `${line}\n`);
	}

	[Symbol.dispose](): void {
		this.#watcher.close();
		closeSync(this.#descriptor);
	}
}
