import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection that sends what it likes. */
export class RawHttp implements AsyncDisposable {
	readonly socket: Socket;
	readonly #closed: Promise<void>;
	received = "";

	private constructor(socket: Socket) {
		this.socket = socket;
		socket.on("error", () => {});
		socket.on("data", (bytes) => {
			this.received += bytes.toString("latin1");
		});
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#closed = promise;
		socket.on("close", () => resolve());
	}

	static async open(port: number): Promise<RawHttp> {
		const socket = connect(port, "127.0.0.1");
		await once(socket, "connect");
		return new RawHttp(socket);
	}

	/** What the other end says until it closes. */
	async closed(): Promise<string> {
		await this.#closed;
		return this.received;
	}

	/** What the other end says until its head is whole, or it closes. */
	async head(): Promise<string> {
		while (!this.received.includes("\r\n\r\n") && !this.socket.closed) {
			await Promise.race([once(this.socket, "data").catch(() => {}), this.#closed]);
		}
		return this.received;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.socket.destroy();
		await this.#closed;
	}
}

/** The status of the answer to these bytes; 0 where the connection is closed without one. */
export async function statusFor(port: number, bytes: string | Uint8Array): Promise<number> {
	await using raw = await RawHttp.open(port);
	raw.socket.write(bytes);
	return Number(/^HTTP\/1\.1 (\d{3}) /.exec(await raw.head())?.[1] ?? 0);
}
