import { readdir, readFile } from "node:fs/promises";

/** Clock ticks in a second, as proc(5) counts CPU time. */
const TICKS = 100;

/** What processes of one kind have taken together. */
export interface Taken {
	/** Seconds of user and system time. */
	readonly cpu: number;
	/** Highest resident memory of one of them, bytes. */
	readonly peak: number;
}

/** CPU time and memory of running processes, each under the name of its kind; those that have ended keep their last numbers. */
export class ProcessMeter {
	/** By id and start: ids are given out again. */
	readonly #seen = new Map<string, Taken & { readonly kind: string }>();
	readonly #pids = new Map<number, { readonly kind: string; started: string | undefined }>();

	/** From now on this process is looked at, and all that it starts as `<kind>'s children`. */
	watch(kind: string, pid: number): void {
		this.#pids.set(pid, { kind, started: undefined });
	}

	async look(): Promise<void> {
		for (const [pid, watched] of this.#pids) {
			const started = await this.#lookAt(pid, watched.kind, watched.started);
			watched.started ??= started;
			// Ended: its id may be another's by now.
			if (started === undefined) {
				this.#pids.delete(pid);
				continue;
			}
			const { kind } = watched;
			for (const child of await childrenOf(pid)) await this.#lookAt(child, `${kind}'s children`);
		}
	}

	of(kind: string): Taken {
		const all = [...this.#seen.values()].filter((seen) => seen.kind === kind);
		return {
			cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
			peak: Math.max(0, ...all.map(({ peak }) => peak)),
		};
	}

	/** Gives when the process was started, in ticks; undefined where it has ended, or is not the one that was `known`. */
	async #lookAt(pid: number, kind: string, known?: string): Promise<string | undefined> {
		const stat = await textOf(pid, "stat");
		const status = await textOf(pid, "status");
		// Behind the name, which may have blanks, the 12th and 13th field are utime and stime, the 20th the start.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const started = fields[19];
		if (started === undefined || (known !== undefined && started !== known)) return undefined;
		const key = `${pid} ${started}`;
		// One that has ended and was not waited for has no memory any more.
		const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024 || (this.#seen.get(key)?.peak ?? 0);
		const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
		this.#seen.set(key, { kind, cpu, peak });
		return started;
	}
}

/** A file of a process; empty once it has ended. */
async function textOf(pid: number, file: string): Promise<string> {
	return await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}

async function childrenOf(pid: number): Promise<number[]> {
	const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
	const lists = await Promise.all(tasks.map((task) => textOf(pid, `task/${task}/children`)));
	return lists.join(" ").split(" ").filter(Boolean).map(Number);
}
