import { connect, type Socket } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";

/** Speaks TLS with a client and passes everything on to a server that does not. */
export class TlsProxy implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	private constructor(target: string, options: TlsOptions) {
		const { hostname, port } = new URL(target.replace("tcp:", "http:"));
		this.#server = createServer(options, (client) => this.#join(client, Number(port), hostname));
		this.#server.on("connection", (socket: Socket) => this.#keep(socket));
		// A handshake that fails is what most tests are for; the server has told the client why, and closes by itself.
		this.#server.on("tlsClientError", () => {});
	}

	/** `target`: `tcp://HOST:PORT`. */
	static async start(target: string, options: TlsOptions): Promise<TlsProxy> {
		const proxy = new TlsProxy(target, options);
		await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
		return proxy;
	}

	get port(): number {
		const address = this.#server.address();
		if (address === null || typeof address === "string") throw new Error("not listening");
		return address.port;
	}

	#keep(socket: Socket): void {
		this.#sockets.add(socket);
		socket.on("close", () => this.#sockets.delete(socket));
		socket.on("error", () => socket.destroy());
	}

	#join(client: Socket, port: number, host: string): void {
		const server = connect(port, host);
		this.#keep(client);
		this.#keep(server);
		client.pipe(server).pipe(client);
		client.on("close", () => server.destroy());
		server.on("close", () => client.destroy());
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}
}
