import { join } from "node:path";
import { sleep } from "../../src/base/deadline.ts";
import type { Ensemble, EnsembleServer } from "../support/ensemble.ts";
import type { Ground } from "./clients.ts";
import type { HistoryFile } from "./history-file.ts";
import { linesTo } from "./lines-to.ts";
import { program } from "./python.ts";

/** How long to wait before servers are asked again who leads. */
const ASK_AGAIN_MS = 200;
/** Between two looks at a lock. */
const LOOK_MS = 1000;

type Process = Bun.Subprocess<"pipe", "pipe", Bun.BunFile>;

/** Looks at each section's lock, at the leader of the time. */
export class LeaderReader implements AsyncDisposable {
	readonly #ensemble: Ensemble;
	readonly #history: HistoryFile;
	readonly #python: string;
	readonly #log: string;
	readonly #end = new AbortController();
	#process: Process | undefined;
	#at: EnsembleServer | undefined;
	readonly #over: Promise<unknown>;

	constructor(ensemble: Ensemble, { history, python, folder, locks }: Ground) {
		this.#ensemble = ensemble;
		this.#history = history;
		this.#python = python;
		this.#log = join(folder, "reader.log");
		this.#over = Promise.all([this.#run(), this.#look(locks)]);
	}

	/** Looks at all locks now and then, so that it can be seen who stands in the way of others. */
	async #look(locks: readonly string[]): Promise<void> {
		for (const { signal } = this.#end; !signal.aborted; await sleep(LOOK_MS, signal).catch(() => {})) {
			for (const lock of locks) this.ask(lock);
		}
	}

	/** Follows the leader: a reader process at a time, a new one where it ends. */
	async #run(): Promise<void> {
		const { signal } = this.#end;
		while (!signal.aborted) {
			const leader = await this.#ensemble.leader();
			if (leader === undefined) {
				await sleep(ASK_AGAIN_MS, signal).catch(() => {});
				continue;
			}
			this.#at = leader;
			const command = [...program(this.#python, "reader.py"), leader.address];
			this.#process = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: Bun.file(this.#log) });
			await linesTo(this.#process.stdout, (line) => this.#history.write(line));
			await this.#process.exited;
		}
	}

	/** Asks for the nodes of a lock, on account of a section or not; the answer goes to the history, if there is one. */
	ask(lock: string, section = ""): void {
		if (this.#process?.exitCode !== null) return;
		this.#process.stdin.write(`${lock} ${section}\n`);
		this.#process.stdin.flush();
	}

	/** Goes to another server where the leader is another by now. */
	async follow(): Promise<void> {
		if ((await this.#ensemble.leader()) !== this.#at) this.#process?.kill("SIGKILL");
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#end.abort();
		this.#process?.kill("SIGKILL");
		await this.#over;
	}
}
