import { connect, createServer, type Server, type Socket } from "node:net";

/** What was stopped on its way; exactly one of these ends it. */
export interface Stopped {
	/** Sends it on. */
	pass(): void;
	/** Breaks the connection; it never arrives. */
	cut(): void;
}

interface Trap {
	readonly what: "request" | "reply";
	readonly text: string;
	readonly caught: (stopped: Stopped) => void;
}

/** Cuts a stream into MongoDB's messages: int32 little-endian of length, then request id, response to, ... */
function messagesTo(take: (message: Buffer) => void): (bytes: Buffer) => void {
	let rest = Buffer.alloc(0);
	return (bytes) => {
		rest = Buffer.concat([rest, bytes]);
		while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
			const end = rest.readInt32LE(0);
			take(rest.subarray(0, end));
			rest = rest.subarray(end);
		}
	};
}

/** Stands between a client and a MongoDB server, and stops single messages. */
export class MongoProxy implements AsyncDisposable {
	readonly #target: { host: string; port: number };
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#traps: Trap[] = [];

	private constructor(target: string) {
		const { hostname, port } = new URL(target.replace(/^mongodb:/, "http:"));
		this.#target = { host: hostname, port: Number(port) };
		this.#server = createServer((client) => this.#join(client));
	}

	static async start(target: string): Promise<MongoProxy> {
		const proxy = new MongoProxy(target);
		await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
		return proxy;
	}

	get uri(): string {
		const address = this.#server.address();
		if (address === null || typeof address === "string") throw new Error("not listening");
		return `mongodb://127.0.0.1:${address.port}/?directConnection=true`;
	}

	/** Stops the next request that contains `text`, or the reply to it. Resolves when it is stopped. */
	async stop(what: Trap["what"], text: string): Promise<Stopped> {
		return await new Promise((caught) => this.#traps.push({ what, text, caught }));
	}

	#join(client: Socket): void {
		const server = connect(this.#target);
		const end = () => {
			client.destroy();
			server.destroy();
			this.#sockets.delete(client);
		};
		this.#sockets.add(client);
		for (const socket of [client, server]) {
			socket.setNoDelay(true);
			socket.on("error", end);
			socket.on("close", end);
		}
		const awaited = new Map<number, Trap>();
		client.on(
			"data",
			messagesTo((message) => {
				const trap = this.#traps.find(({ text }) => message.includes(text));
				const pass = () => server.write(message);
				if (trap === undefined) return void pass();
				this.#traps = this.#traps.filter((other) => other !== trap);
				if (trap.what === "request") return trap.caught({ pass, cut: end });
				awaited.set(message.readInt32LE(4), trap);
				pass();
			}),
		);
		server.on(
			"data",
			messagesTo((message) => {
				const trap = awaited.get(message.readInt32LE(8));
				const pass = () => client.write(message);
				if (trap === undefined) pass();
				else trap.caught({ pass, cut: end });
			}),
		);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}
}
