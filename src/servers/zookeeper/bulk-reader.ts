import { CODE } from "./codes.ts";
import { multiRead } from "./multi-read.ts";
import type { Answer, Request } from "./request.ts";

/**
 * Reads in one request, at most: enough that a server's cost for each request no longer counts, and the reply fits a
 * frame.
 */
const READS = 64;
/** Bytes of paths in one request, at most: a server closes the connection over a request of more than 1 MiB. */
const BYTES = 128 * 1024;

interface Waiting {
	readonly request: Request<unknown>;
	settle(answer: Answer<unknown> | Promise<Answer<unknown>>): void;
}

/**
 * Puts the reads of one turn of the event loop into few requests, for scans of thousands of nodes: a server spends its
 * time on requests, not on what they read. The first request finds out whether the server has multi-reads (from 3.6
 * on); an older server is sent single reads.
 */
export class BulkReader {
	readonly #ask: <T>(request: Request<T>) => Promise<Answer<T>>;
	#waiting: Waiting[] = [];
	#bytes = 0;
	#flushing = false;
	#supported: Promise<boolean> | undefined;

	/** `ask` must repeat a request until it is answered. */
	constructor(ask: <T>(request: Request<T>) => Promise<Answer<T>>) {
		this.#ask = ask;
	}

	/** The answer to a read of `path` that sets no watch. It has no order with requests that are sent otherwise. */
	read<T>(path: string, request: Request<T>): Promise<Answer<T>> {
		const { promise, resolve } = Promise.withResolvers<Answer<unknown>>();
		this.#waiting.push({ request, settle: resolve });
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
		const reads = this.#waiting;
		this.#waiting = [];
		this.#bytes = 0;
		const [first] = reads;
		if (first === undefined) return;
		this.#supported ??= this.#probe(first.request);
		this.#send(reads, this.#supported).catch((error: unknown) => {
			for (const { settle } of reads) settle(Promise.reject(error));
		});
	}

	async #probe(request: Request<unknown>): Promise<boolean> {
		const { code } = await this.#ask(multiRead([request]));
		return code !== CODE.unimplemented;
	}

	async #send(reads: readonly Waiting[], supported: Promise<boolean>): Promise<void> {
		if (!(await supported)) {
			for (const { request, settle } of reads) settle(this.#ask(request));
			return;
		}
		const answer = await this.#ask(multiRead(reads.map(({ request }) => request)));
		for (const [at, { settle }] of reads.entries()) settle(answer.value?.[at] ?? { code: answer.code });
	}
}
