import { messageCutter, type Pair, StreamProxy } from "./stream-proxy.ts";

/** Where a message's header says its length, its own id, and which it answers; and where the command's name stands. */
const LENGTH = 0;
const REQUEST_ID = 4;
const RESPONSE_TO = 8;
/** Of an OP_MSG whose first section is the command: header 16, flags 4, kind 1, document's length 4, type 1. */
const COMMAND = 26;

/** A message that was stopped on its way; exactly one of these ends it. */
export interface Stopped {
	/** Sends it on. */
	pass(): void;
	/** Breaks the connection; it never arrives. */
	cut(): void;
}

interface Trap {
	readonly what: "request" | "reply";
	readonly match: (request: Buffer) => boolean;
	readonly caught: (stopped: Stopped) => void;
}

/** Cuts a stream into the protocol's messages. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
export function messagesTo(take: (message: Buffer) => void): (bytes: Buffer) => void {
	return messageCutter((head) => head.readInt32LE(LENGTH), take);
}

const commandOf = (message: Buffer) => message.toString("latin1", COMMAND, message.indexOf(0, COMMAND));

/** Stands between a client and a MongoDB server, stops single messages, and loses answers. */
export class MongoProxy extends StreamProxy {
	#traps: Trap[] = [];
	/** While nothing gets through: what waits for it. */
	#held: (() => void)[] | undefined;
	/** Commands that came, in their order. */
	readonly commands: string[] = [];
	/** Bytes of the server's answers so far. */
	answeredBytes = 0;

	static async start(uri: string): Promise<MongoProxy> {
		return await new MongoProxy(uri).listen();
	}

	/** For a client whose driver does not try writes again by itself, unless `retryWrites`. */
	uri(retryWrites = false): string {
		return `mongodb://127.0.0.1:${this.port}/?directConnection=true&retryWrites=${retryWrites}`;
	}

	protected join({ client, server, end }: Pair): void {
		const awaited = new Map<number, Trap>();
		client.on(
			"data",
			messagesTo((message) => {
				this.commands.push(commandOf(message));
				const pass = () => this.#pass(() => server.write(message));
				const trap = this.#traps.find(({ match }) => match(message));
				if (trap !== undefined) {
					this.#traps = this.#traps.filter((other) => other !== trap);
					if (trap.what === "request") return trap.caught({ pass, cut: end });
					awaited.set(message.readInt32LE(REQUEST_ID), trap);
				}
				pass();
			}),
		);
		server.on(
			"data",
			messagesTo((message) => {
				this.answeredBytes += message.length;
				const pass = () => client.write(message);
				const trap = awaited.get(message.readInt32LE(RESPONSE_TO));
				if (trap === undefined) pass();
				else trap.caught({ pass, cut: end });
			}),
		);
	}

	#pass(step: () => void): void {
		if (this.#held === undefined) step();
		else this.#held.push(step);
	}

	/** Stops the next request that has this text in it, or the reply to it. Resolves when it is stopped. */
	async stop(what: Trap["what"], text: string): Promise<Stopped> {
		return await this.#trap(what, (message) => message.includes(text));
	}

	async #trap(what: Trap["what"], match: Trap["match"]): Promise<Stopped> {
		return await new Promise((caught) => this.#traps.push({ what, match, caught }));
	}

	/**
	 * Drops the answer to the next such command (`insert`, `update`, ...), cuts that connection, and lets no further
	 * command through until `resume`. Resolves when it has happened.
	 */
	async loseAnswer(command: string): Promise<void> {
		const answer = await this.#trap("reply", (message) => commandOf(message) === command);
		this.#held = [];
		answer.cut();
	}

	resume(): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const step of held) step();
	}
}
