import { CODE } from "./codes.ts";
import type { ReplyHeader } from "./replies.ts";
import { type Answer, answerOf, type Request } from "./request.ts";

interface Pending {
	decode(code: number, frame: Buffer, at: number): () => void;
	fail(): void;
}

/** The requests of one connection that have no reply yet. A server replies in the order of the requests. */
export class PendingRequests {
	readonly #pending = new Map<number, Pending>();
	#nextXid = 1;
	#nextReply = 1;

	/** The number of the next request. */
	get nextXid(): number {
		return this.#nextXid;
	}

	/** Gives the request its number. `done` is called exactly once. */
	add<T>(request: Request<T>, done: (answer: Answer<T>) => void): number {
		const xid = this.#nextXid++;
		this.#pending.set(xid, {
			decode: (code, frame, at) => {
				const answer = answerOf(request, code, frame, at);
				return () => done(answer);
			},
			fail: () => done({ code: CODE.connectionLoss }),
		});
		return xid;
	}

	/**
	 * Takes the request that this reply is for out of the list, and decodes the reply; the function that it returns
	 * answers the request. Throws an `Error` where another reply is due, and what `Request.read` throws: the request then
	 * stays in the list.
	 */
	take({ xid, code }: ReplyHeader, frame: Buffer, at: number): () => void {
		const pending = this.#pending.get(xid);
		if (pending === undefined || xid !== this.#nextReply) {
			throw new Error(`reply ${xid} where ${this.#nextReply} was due`);
		}
		const done = pending.decode(code, frame, at);
		this.#nextReply += 1;
		this.#pending.delete(xid);
		return done;
	}

	/** Answers every request with `connectionLoss`. */
	failAll(): void {
		const pending = [...this.#pending.values()];
		this.#pending.clear();
		for (const { fail } of pending) fail();
	}
}
