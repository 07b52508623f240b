import { type ChildProcess, spawn } from "node:child_process";
import { orAborted } from "./deadline.ts";
import { Fault, type FaultKind, isFault, messageOf } from "./fault.ts";
import { noteOpen } from "./open.ts";
import { OWN_BINARY } from "./own-binary.ts";

/** What a process of another role throws, as it goes through the channel: a Fault of this kind, or a bug. */
export interface RoleFailure {
	readonly is: "failed";
	readonly kind?: FaultKind;
	readonly message: string;
	readonly hint?: string;
	readonly stack?: string;
}

/** This binary, started again in another role: orders go to it, and answers come back, one after the other. */
export class RoleProcess<Order extends object, Answer extends object> {
	readonly #child: ChildProcess;
	readonly #answers: Answer[] = [];
	#ended: Error | undefined;
	#wake: () => void = () => {};

	/** `role` is its first argument; `name` says in messages what it is. */
	constructor(role: string, name: string) {
		const child = spawn(OWN_BINARY, [role], {
			argv0: "tangles",
			stdio: ["ignore", "ignore", "inherit", "ipc"],
			env: {},
		});
		const forget = noteOpen(`${name} ${child.pid}`);
		this.#child = child;
		child.on("message", (answer: Answer) => {
			this.#answers.push(answer);
			this.#wake();
		});
		const end = (why: string) => {
			this.#ended ??= new Error(`the ${name} process ${child.pid} ${why}`);
			forget();
			this.#wake();
		};
		child.once("exit", (code, signal) => end(`ended by itself (${signal ?? code})`));
		child.once("error", ({ message }) => end(`cannot be started: ${message}`));
	}

	get alive(): boolean {
		return this.#ended === undefined;
	}

	send(order: Order): void {
		if (this.alive && this.#child.connected) this.#child.send(order);
	}

	/** The next answer. Throws where the process has ended, and the signal's reason once that is aborted. */
	async next(signal: AbortSignal): Promise<Answer> {
		for (;;) {
			const answer = this.#answers.shift();
			if (answer !== undefined) return answer;
			if (this.#ended !== undefined) throw this.#ended;
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#wake = resolve;
			await orAborted(signal, promise);
		}
	}

	end(): void {
		this.#ended ??= new Error("closed");
		this.#child.kill("SIGKILL");
		this.#wake();
	}
}

/** What was thrown, for the channel. */
export function roleFailureOf(error: unknown): RoleFailure {
	if (!isFault(error)) {
		const stack = error instanceof Error ? error.stack : undefined;
		return { is: "failed", message: messageOf(error), ...(stack && { stack }) };
	}
	const { kind, message, hint } = error;
	return { is: "failed", kind, message, ...(hint && { hint }) };
}

/** What was thrown, out of the channel. */
export function errorOfRole({ kind, message, hint, stack }: RoleFailure): Error {
	if (kind !== undefined) return new Fault(kind, message, { hint });
	const error = new Error(message);
	if (stack !== undefined) error.stack = stack;
	return error;
}
