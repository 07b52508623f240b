import { Fault, messageOf } from "../../../base/fault.ts";
import type { Log } from "../../../base/log.ts";
import { errorOfRole, RoleProcess } from "../../../base/role-process.ts";
import type { Examined, Examiner, ExamineTask } from "../examine.ts";
import { EXAMINER, type ExaminerAnswer, type ExaminerOrder } from "./messages.ts";

/** Where the tangles are, as the process is told; what it logs goes to `log`, and `signal` ends the waiting for it. */
interface ExaminerSettings {
	readonly source: unknown;
	readonly log: Log;
	readonly signal: AbortSignal;
}

/** An examiner in a process of its own, on a core of its own: this binary, started again. */
export class ExaminerProcess implements Examiner, Disposable {
	readonly #process = new RoleProcess<ExaminerOrder, ExaminerAnswer>(EXAMINER, "examining");
	readonly #log: Log;
	readonly #signal: AbortSignal;

	constructor({ source, log, signal }: ExaminerSettings) {
		this.#log = log;
		this.#signal = signal;
		this.#process.send({ do: "begin", source });
	}

	async *examine(task: ExamineTask): AsyncGenerator<Examined, void, undefined> {
		this.#process.send({ do: "examine", task });
		for (;;) {
			const answer = await this.#next();
			if (answer.is === "done") return;
			if (answer.is === "failed") throw errorOfRole(answer);
			if (answer.is === "line") {
				this.#log[answer.level](answer.message);
				continue;
			}
			yield answer.examined;
			this.#process.send({ do: "more" });
		}
	}

	/** A process that has ended has not looked at all: nothing is proved then. */
	async #next(): Promise<ExaminerAnswer> {
		try {
			return await this.#process.next(this.#signal);
		} catch (error) {
			if (this.#process.alive) throw error;
			throw new Fault("failed", `nothing is proved: ${messageOf(error)}`, {
				hint: "see what ended it (too little memory?), and start again; --concurrency 1 needs no other process",
				cause: error,
			});
		}
	}

	[Symbol.dispose](): void {
		this.#process.end();
	}
}
