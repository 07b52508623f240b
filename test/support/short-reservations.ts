import { connect, createServer, type Server, type Socket } from "node:net";

/** The least that the server takes. */
const SECONDS = 60;

/**
 * Stands between a producer and Faktory, and shortens the reservations of the jobs that are pushed from half an hour to a
 * minute, so that a test sees their end.
 */
export class ShortReservations implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	private constructor(host: string, port: number) {
		this.#server = createServer((client) => this.#join(client, connect(port, host)));
	}

	static async start(target: string): Promise<ShortReservations> {
		const { hostname, port } = new URL(target.replace("tcp:", "http:"));
		const proxy = new ShortReservations(hostname, Number(port));
		await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
		return proxy;
	}

	get url(): string {
		const address = this.#server.address();
		if (address === null || typeof address === "string") throw new Error("not listening");
		return `tcp://127.0.0.1:${address.port}`;
	}

	#join(client: Socket, server: Socket): void {
		this.#sockets.add(client);
		const end = () => {
			client.destroy();
			server.destroy();
			this.#sockets.delete(client);
		};
		for (const socket of [client, server]) socket.on("error", end).on("close", end);
		// A command is a line.
		let rest = "";
		client.setEncoding("utf8").on("data", (text: string) => {
			const lines = (rest + text).split("\n");
			rest = lines.pop() ?? "";
			for (const line of lines) server.write(`${line.replaceAll('"reserve_for":1800', `"reserve_for":${SECONDS}`)}\n`);
		});
		server.on("data", (bytes) => client.write(bytes));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}
}
