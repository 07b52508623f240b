import type { SingleBar } from "cli-progress";

/** How far long work is. */
export interface ProgressState {
	readonly done: number;
	readonly total: number;
	/** Short texts behind the bar, such as `queue 1200`. */
	readonly notes: string;
}

/** A bar on a terminal; off a terminal all three do nothing. */
export interface Progress {
	show(label: string, state: ProgressState): void;
	hide(): void;
	/** Clears the bar's line, so that a log line can be written in its place; the next `show` draws it again. */
	clearLine(): void;
}

/** Off a terminal, with `--quiet` or with `--json` there is no bar. */
export const NO_PROGRESS: Progress = { show: () => {}, hide: () => {}, clearLine: () => {} };

/** What a bar needs of a terminal's stream. All its writes go by `write`, in order with the log lines. */
function barStream(write: (text: string) => void): NodeJS.WritableStream {
	const stream = {
		isTTY: true,
		get columns() {
			return process.stderr.columns;
		},
		write: (text: string, ...rest: readonly unknown[]) => {
			write(text);
			const done = rest.at(-1);
			if (typeof done === "function") done();
			return true;
		},
	};
	return stream as unknown as NodeJS.WritableStream;
}

/** A bar with done/total, rate, time left and notes; `write` goes to a terminal. */
export async function createProgress(write: (text: string) => void): Promise<Progress> {
	// Loaded here, because only a terminal needs it and start-up time counts.
	const { SingleBar, Presets } = await import("cli-progress");
	const stream = barStream(write);
	let bar: SingleBar | undefined;
	let startedAt = 0;
	let startedWith = 0;
	let shown = "";
	const hide = () => {
		bar?.stop();
		bar = undefined;
	};
	return {
		show: (label, { done, total, notes }) => {
			if (bar !== undefined && shown !== label) hide();
			if (bar === undefined) {
				bar = new SingleBar(
					{
						stream,
						format: "{label} {bar} {value}/{total} {rate}/s ETA {eta_formatted} {notes}",
						barsize: 20,
						clearOnComplete: true,
						hideCursor: true,
						gracefulExit: false,
						noTTYOutput: false,
					},
					Presets.shades_classic,
				);
				shown = label;
				startedAt = performance.now();
				startedWith = done;
				bar.start(total, done, { label, rate: 0, notes });
				return;
			}
			const seconds = (performance.now() - startedAt) / 1000;
			const rate = seconds > 0 ? Math.round((done - startedWith) / seconds) : 0;
			bar.update(done, { label, rate, notes });
		},
		hide,
		clearLine: () => {
			if (bar !== undefined) write("\r\u001b[K");
		},
	};
}
