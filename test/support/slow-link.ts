import { type Pair, StreamProxy } from "./stream-proxy.ts";

/**
 * Stands between a client and a server like a slow link: each answer comes a way there and back later, and so does the
 * connection itself.
 */
export class SlowLink extends StreamProxy {
	readonly #backAndForthMs: number;

	private constructor(target: string, backAndForthMs: number) {
		super(target);
		this.#backAndForthMs = backAndForthMs;
	}

	static async start(target: string, backAndForthMs: number): Promise<SlowLink> {
		return await new SlowLink(target, backAndForthMs).listen();
	}

	get address(): string {
		return `127.0.0.1:${this.port}`;
	}

	protected join({ client, server }: Pair): void {
		const connectedAt = performance.now() + this.#backAndForthMs;
		client.on("data", (bytes: Buffer) => server.write(bytes));
		server.on("data", (bytes: Buffer) => {
			const sentAt = Math.max(performance.now(), connectedAt);
			setTimeout(() => client.writable && client.write(bytes), sentAt + this.#backAndForthMs - performance.now());
		});
	}
}
