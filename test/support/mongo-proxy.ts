import { connect, createServer, type Server, type Socket } from "node:net";

/** Where a message's header says its length, its own id, and which it answers; and where the command's name stands. */
const LENGTH = 0;
const REQUEST_ID = 4;
const RESPONSE_TO = 8;
/** Of an OP_MSG whose first section is the command: header 16, flags 4, kind 1, document's length 4, type 1. */
const COMMAND = 26;

/** Cuts a stream into the protocol's messages. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
function messagesTo(take: (message: Buffer) => void): (bytes: Buffer) => void {
	let rest = Buffer.alloc(0);
	return (bytes) => {
		rest = Buffer.concat([rest, bytes]);
		while (rest.length >= 4 && rest.length >= rest.readInt32LE(LENGTH)) {
			const end = rest.readInt32LE(LENGTH);
			take(rest.subarray(0, end));
			rest = rest.subarray(end);
		}
	};
}

const commandOf = (message: Buffer) => message.toString("latin1", COMMAND, message.indexOf(0, COMMAND));

/** Stands between a client and a MongoDB server, and loses an answer. */
export class MongoProxy implements AsyncDisposable {
	readonly #target: { host: string; port: number };
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#losing: { command: string; lost: () => void } | undefined;
	/** While nothing gets through: what waits for it. */
	#held: (() => void)[] | undefined;
	/** Commands that came, in their order. */
	readonly commands: string[] = [];

	private constructor(uri: string) {
		const { hostname, port } = new URL(uri);
		this.#target = { host: hostname, port: Number(port) };
		this.#server = createServer((client) => this.#join(client));
	}

	static async start(uri: string): Promise<MongoProxy> {
		const proxy = new MongoProxy(uri);
		await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
		return proxy;
	}

	/** For a client whose driver does not try writes again by itself, unless `retryWrites`. */
	uri(retryWrites = false): string {
		const address = this.#server.address();
		if (address === null || typeof address === "string") throw new Error("not listening");
		return `mongodb://127.0.0.1:${address.port}/?directConnection=true&retryWrites=${retryWrites}`;
	}

	#join(client: Socket): void {
		const server = connect(this.#target);
		const end = () => {
			for (const socket of [client, server]) {
				socket.destroy();
				this.#sockets.delete(socket);
			}
		};
		for (const socket of [client, server]) {
			this.#sockets.add(socket);
			socket.on("error", end);
			socket.on("close", end);
		}
		let losing: { request: number; lost: () => void } | undefined;
		client.on(
			"data",
			messagesTo((message) => {
				const command = commandOf(message);
				this.commands.push(command);
				if (this.#losing?.command === command) {
					losing = { request: message.readInt32LE(REQUEST_ID), lost: this.#losing.lost };
					this.#losing = undefined;
				}
				this.#pass(() => server.write(message));
			}),
		);
		server.on(
			"data",
			messagesTo((message) => {
				if (losing?.request !== message.readInt32LE(RESPONSE_TO)) return void client.write(message);
				this.#held = [];
				end();
				losing.lost();
			}),
		);
	}

	#pass(step: () => void): void {
		if (this.#held === undefined) step();
		else this.#held.push(step);
	}

	/**
	 * Drops the answer to the next such command (`insert`, `update`, ...), cuts that connection, and lets no further
	 * command through until `resume`. Resolves when it has happened.
	 */
	async loseAnswer(command: string): Promise<void> {
		await new Promise<void>((lost) => {
			this.#losing = { command, lost };
		});
	}

	resume(): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const step of held) step();
	}

	/** Breaks every connection; new ones are taken. */
	cut(): void {
		for (const socket of this.#sockets) socket.destroy();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.cut();
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}
}
