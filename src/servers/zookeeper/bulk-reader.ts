import { CODE } from "./codes.ts";
import { multiRead, type PathRead, type ReadKind } from "./multi-read.ts";
import type { Answer, Request } from "./request.ts";

/**
 * Reads in one request, at most: enough that a server's cost for each request no longer counts, and the reply fits a
 * frame.
 */
const READS = 64;
/** Bytes of paths in one request, at most: a server closes the connection over a request of more than 1 MiB. */
const BYTES = 128 * 1024;

interface Waiting extends PathRead {
	readonly take: (answer: Answer<never>) => unknown;
	readonly resolve: (value: never) => void;
	readonly reject: (error: unknown) => void;
}

function settle({ take, resolve, reject }: Waiting, answer: Answer<unknown>): void {
	try {
		resolve(take(answer as Answer<never>) as never);
	} catch (error) {
		reject(error);
	}
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

	/**
	 * What `take` makes of the answer to a read of `path`; it rejects with what `take` throws. The read has no order with
	 * requests that are sent otherwise.
	 */
	read<T, V>(kind: ReadKind<T>, path: string, take: (answer: Answer<T>) => V): Promise<V> {
		return new Promise<V>((resolve, reject) => this.#add({ kind, path, take, resolve, reject }));
	}

	#add(read: Waiting): void {
		this.#waiting.push(read);
		this.#bytes += read.path.length;
		if (this.#waiting.length === READS || this.#bytes > BYTES) this.#flush();
		else if (!this.#flushing) {
			this.#flushing = true;
			setImmediate(() => {
				this.#flushing = false;
				this.#flush();
			});
		}
	}

	#flush(): void {
		const reads = this.#waiting;
		this.#waiting = [];
		this.#bytes = 0;
		const [first] = reads;
		if (first === undefined) return;
		this.#supported ??= this.#probe(first);
		this.#send(reads, this.#supported).catch((error: unknown) => {
			for (const { reject } of reads) reject(error);
		});
	}

	async #probe(read: PathRead): Promise<boolean> {
		const { code } = await this.#ask(multiRead([read]));
		return code !== CODE.unimplemented;
	}

	async #send(reads: readonly Waiting[], supported: Promise<boolean>): Promise<void> {
		if (!(await supported)) {
			for (const read of reads) {
				const { kind, path, reject } = read;
				this.#ask(kind.alone(path)).then((answer) => settle(read, answer), reject);
			}
			return;
		}
		const answer = await this.#ask(multiRead(reads));
		for (const [at, read] of reads.entries()) settle(read, answer.value?.[at] ?? { code: answer.code });
	}
}
