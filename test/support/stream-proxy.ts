import { connect, createServer, type Server, type Socket } from "node:net";

export interface StreamTarget {
	readonly host: string;
	readonly port: number;
}

/** Host and port of `scheme://HOST:PORT...` or `HOST:PORT`. */
export function targetOf(address: string): StreamTarget {
	// A scheme that URL knows, so that it finds the host in every address.
	const { hostname, port } = new URL(address.replace(/^(?:\w+:\/\/)?/, "http://"));
	return { host: hostname, port: Number(port) };
}

/** A client and its connection to the server. */
export interface Pair {
	readonly client: Socket;
	readonly server: Socket;
	/** Breaks both. */
	end(): void;
}

/**
 * Stands on 127.0.0.1 between clients and one server. What goes on between the two is the subclass's to say; here is
 * how they are joined, and that both end together.
 */
export abstract class StreamProxy implements AsyncDisposable {
	/** Connections that clients have begun, also those that TLS then ended. */
	attempts = 0;
	protected readonly pairs = new Set<Pair>();
	readonly #target: StreamTarget;
	readonly #listener: Server;
	readonly #accepted = new Set<Socket>();

	/** `listener` takes clients in another way than plain TCP. */
	protected constructor(target: string, listener: (take: (client: Socket) => void) => Server = createServer) {
		this.#target = targetOf(target);
		this.#listener = listener((client) => this.#take(client));
		// With TLS these are not yet the clients: a handshake may still be going on, or have failed.
		this.#listener.on("connection", (socket: Socket) => {
			this.attempts += 1;
			this.#accepted.add(socket);
			socket.on("error", () => socket.destroy());
			socket.on("close", () => this.#accepted.delete(socket));
		});
	}

	/** Resolves once clients can connect. */
	protected async listen(): Promise<this> {
		await new Promise<void>((resolve) => this.#listener.listen(0, "127.0.0.1", resolve));
		return this;
	}

	get port(): number {
		const address = this.#listener.address();
		if (address === null || typeof address === "string") throw new Error("not listening");
		return address.port;
	}

	/** Passes on what the two say; to be done before the next turn of the event loop. */
	protected abstract join(pair: Pair): void;

	/** False refuses a client. */
	protected accepts(): boolean {
		return true;
	}

	/** Called when one of the two has closed. */
	protected closed({ end }: Pair, _closed: Socket): void {
		end();
	}

	#take(client: Socket): void {
		if (!this.accepts()) return void client.destroy();
		const server = connect(this.#target);
		const end = () => {
			client.destroy();
			server.destroy();
			this.pairs.delete(pair);
		};
		const pair = { client, server, end };
		this.pairs.add(pair);
		for (const socket of [client, server]) {
			socket.setNoDelay(true);
			socket.on("error", end);
			socket.on("close", () => this.closed(pair, socket));
		}
		this.join(pair);
	}

	/** Breaks every connection. */
	cut(): void {
		for (const { end } of [...this.pairs]) end();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.cut();
		for (const socket of this.#accepted) socket.destroy();
		await new Promise<void>((resolve) => this.#listener.close(() => resolve()));
	}
}

/** Cuts a stream into messages; `lengthAt` gives a message's length in all by its first four bytes. */
export function messageCutter(
	lengthAt: (head: Buffer) => number,
	take: (message: Buffer) => void,
): (bytes: Buffer) => void {
	let rest = Buffer.alloc(0);
	return (bytes) => {
		rest = Buffer.concat([rest, bytes]);
		while (rest.length >= 4 && rest.length >= lengthAt(rest)) {
			const end = lengthAt(rest);
			take(rest.subarray(0, end));
			rest = rest.subarray(end);
		}
	};
}
