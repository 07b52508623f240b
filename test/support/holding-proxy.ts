import { type Pair, StreamProxy } from "./stream-proxy.ts";

/** Passes on what clients send until so many bytes went through, and then holds back what follows, until `release`. */
export class HoldingProxy extends StreamProxy {
	readonly #held = Promise.withResolvers<void>();
	#left: number;

	private constructor(target: string, bytes: number) {
		super(target);
		this.#left = bytes;
	}

	static async start(target: string, bytes: number): Promise<HoldingProxy> {
		return await new HoldingProxy(target, bytes).listen();
	}

	get url(): string {
		return `tcp://127.0.0.1:${this.port}`;
	}

	/** Resolves once something is held back. */
	get held(): Promise<void> {
		return this.#held.promise;
	}

	release(): void {
		this.#left = Number.POSITIVE_INFINITY;
		for (const { client } of this.pairs) client.resume();
	}

	protected join({ client, server }: Pair): void {
		server.pipe(client);
		client.on("data", (bytes) => {
			server.write(bytes);
			this.#left -= bytes.length;
			if (this.#left < 0) this.#hold();
		});
		if (this.#left < 0) client.pause();
	}

	#hold(): void {
		for (const { client } of this.pairs) client.pause();
		this.#held.resolve();
	}
}
