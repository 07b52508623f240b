import { CODE } from "./codes.ts";
import { type Answer, multiRead, type Request } from "./protocol.ts";

/** Of one request, at most: enough that a server's cost for each request no longer counts, and its answer fits a frame. */
const READS = 64;
/** Bytes of paths in one request, at most: a server closes the connection over a request of more than 1 MiB. */
const BYTES = 128 * 1024;

interface Asked {
	readonly request: Request<unknown>;
	readonly path: string;
	settle(answer: Answer<unknown> | Promise<Answer<unknown>>): void;
}

/**
 * Puts the reads of one turn of the event loop into few requests, for a look at thousands of nodes: a server spends its time
 * on requests, not on what they read. One that has no such requests (before 3.6) is found out by the first, and asked singly.
 */
export class Gather {
	readonly #ask: <T>(request: Request<T>) => Promise<Answer<T>>;
	#waiting: Asked[] = [];
	#bytes = 0;
	#flushing = false;
	#able: Promise<boolean> | undefined;

	/** `ask` must answer for certain: it repeats what it must. */
	constructor(ask: <T>(request: Request<T>) => Promise<Answer<T>>) {
		this.#ask = ask;
	}

	/** The answer to a read of `path` that sets no watch. In no order with what is asked elsewhere. */
	read<T>(path: string, request: Request<T>): Promise<Answer<T>> {
		const { promise, resolve } = Promise.withResolvers<Answer<unknown>>();
		this.#waiting.push({ request, path, settle: resolve });
		this.#bytes += path.length;
		if (this.#waiting.length === READS || this.#bytes > BYTES) this.#flush();
		else if (!this.#flushing) {
			this.#flushing = true;
			setImmediate(() => {
				this.#flushing = false;
				this.#flush();
			});
		}
		return promise as Promise<Answer<T>>;
	}

	#flush(): void {
		const asked = this.#waiting;
		this.#waiting = [];
		this.#bytes = 0;
		const [first] = asked;
		if (first === undefined) return;
		this.#able ??= this.#probe(first.request);
		this.#send(asked, this.#able).catch((error: unknown) => {
			for (const { settle } of asked) settle(Promise.reject(error));
		});
	}

	async #probe(request: Request<unknown>): Promise<boolean> {
		const { code } = await this.#ask(multiRead([request]));
		return code !== CODE.unimplemented;
	}

	async #send(asked: readonly Asked[], able: Promise<boolean>): Promise<void> {
		if (!(await able)) {
			for (const { request, settle } of asked) settle(this.#ask(request));
			return;
		}
		const answer = await this.#ask(multiRead(asked.map(({ request }) => request)));
		for (const [at, { settle }] of asked.entries()) settle(answer.value?.[at] ?? { code: answer.code });
	}
}
