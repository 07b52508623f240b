import { type ChildProcess, spawn } from "node:child_process";
import { orAborted } from "../../../base/deadline.ts";
import { Fault } from "../../../base/fault.ts";
import { noteOpen } from "../../../base/open.ts";
import { OWN_BINARY } from "../../../base/own-binary.ts";
import type { TangleFields } from "../../tangles/tangle.ts";
import type { Grafter } from "../ports.ts";
import { GRAFTER, type GrafterAnswer, type GrafterOrder } from "./messages.ts";

/**
 * A grafter in a process of its own: this binary, started again. One that ended, or was in the middle of something
 * that was given up, is replaced by the next call. `handBackTo` is for `HandBack`.
 */
export function createGrafter(handBackTo: unknown): Grafter {
	let running = new GrafterProcess(handBackTo);
	let held: string | undefined;
	const alive = () => {
		if (!running.alive) {
			running = new GrafterProcess(handBackTo);
			if (held !== undefined) running.send({ do: "hold", jid: held });
		}
		return running;
	};
	return {
		hold: (jid) => {
			alive().send({ do: "hold", jid });
			held = jid;
		},
		release: () => {
			held = undefined;
			running.send({ do: "release" });
		},
		graft: (rootstocks, scions, signal) => alive().graft(rootstocks, scions, signal),
		close: () => running.end(),
	};
}

class GrafterProcess {
	readonly #child: ChildProcess;
	readonly #answers: GrafterAnswer[] = [];
	#ended: Error | undefined;
	#wake: () => void = () => {};

	constructor(handBackTo: unknown) {
		const child = spawn(OWN_BINARY, [GRAFTER], {
			argv0: "tangles",
			stdio: ["ignore", "ignore", "inherit", "ipc"],
			env: {},
		});
		const forget = noteOpen(`grafter ${child.pid}`);
		this.#child = child;
		child.on("message", (answer: GrafterAnswer) => {
			this.#answers.push(answer);
			this.#wake();
		});
		const end = (why: string) => {
			this.#ended ??= new Error(`the grafting process ${child.pid} ${why}`);
			forget();
			this.#wake();
		};
		child.once("exit", (code, signal) => end(`ended by itself (${signal ?? code})`));
		child.once("error", ({ message }) => end(`cannot be started: ${message}`));
		this.send({ do: "begin", handBackTo });
	}

	get alive(): boolean {
		return this.#ended === undefined;
	}

	send(order: GrafterOrder): void {
		if (this.alive && this.#child.connected) this.#child.send(order);
	}

	end(): void {
		this.#ended ??= new Error("closed");
		this.#child.kill("SIGKILL");
	}

	async *graft(
		rootstocks: readonly TangleFields[],
		scions: readonly TangleFields[],
		signal: AbortSignal,
	): AsyncGenerator<readonly TangleFields[], void, undefined> {
		let finished = false;
		try {
			this.send({ do: "graft", rootstocks, scions });
			while (!finished) {
				const answer = await this.#next(signal);
				if (answer.is === "failed") {
					finished = true;
					throw asError(answer);
				}
				finished = answer.last;
				if (answer.tangles.length > 0) yield answer.tangles;
				if (!finished) this.send({ do: "more" });
			}
		} finally {
			// Its job was abandoned: further batches are not waited for by anybody.
			if (!finished) this.end();
		}
	}

	async #next(signal: AbortSignal): Promise<GrafterAnswer> {
		for (;;) {
			const answer = this.#answers.shift();
			if (answer !== undefined) return answer;
			if (this.#ended !== undefined) throw this.#ended;
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#wake = resolve;
			await orAborted(signal, promise);
		}
	}
}

function asError({ kind, message, hint, stack }: Extract<GrafterAnswer, { is: "failed" }>): Error {
	if (kind !== undefined) return new Fault(kind, message, { hint });
	const error = new Error(message);
	if (stack !== undefined) error.stack = stack;
	return error;
}
