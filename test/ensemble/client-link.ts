import { type Pair, StreamProxy } from "../support/stream-proxy.ts";

/** One client's way to one server. */
class Way extends StreamProxy {
	delayMs = 0;
	refusing = false;
	/** What would have been sent on while nothing gets through; undefined where all does. */
	#held: (() => void)[] | undefined;

	static async to(address: string): Promise<Way> {
		return await new Way(address).listen();
	}

	protected override accepts(): boolean {
		return !this.refusing;
	}

	protected join({ client, server }: Pair): void {
		client.on("data", this.#passTo(server));
		server.on("data", this.#passTo(client));
	}

	/** Sends bytes on, later where there is a delay, in their order even when the delay changes. */
	#passTo(to: { write(bytes: Buffer): unknown }): (bytes: Buffer) => void {
		let readyAt = 0;
		return (bytes) => {
			const now = performance.now();
			readyAt = Math.max(readyAt, now + this.delayMs);
			const send = () => void to.write(bytes);
			if (this.#held !== undefined) this.#held.push(send);
			else if (readyAt <= now) send();
			else setTimeout(send, readyAt - now);
		};
	}

	mute(): void {
		this.#held ??= [];
	}

	restore(): void {
		this.refusing = false;
		this.delayMs = 0;
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const send of held) send();
	}
}

/** A client's ways to all servers, which fail together: what its network does to it. */
export class ClientLink implements AsyncDisposable {
	readonly #ways: readonly Way[];

	private constructor(ways: readonly Way[]) {
		this.#ways = ways;
	}

	static async to(addresses: readonly string[]): Promise<ClientLink> {
		return new ClientLink(await Promise.all(addresses.map((address) => Way.to(address))));
	}

	/** The connect string of the client. */
	get connect(): string {
		return this.#ways.map(({ port }) => `127.0.0.1:${port}`).join(",");
	}

	/** Breaks the connections of now. */
	reset(): void {
		for (const way of this.#ways) way.cut();
	}

	/** Breaks them, and refuses others. */
	cut(): void {
		for (const way of this.#ways) way.refusing = true;
		this.reset();
	}

	/** Nothing gets through, and no connection breaks. What is sent arrives once the link is restored. */
	mute(): void {
		for (const way of this.#ways) way.mute();
	}

	delay(ms: number): void {
		for (const way of this.#ways) way.delayMs = ms;
	}

	restore(): void {
		for (const way of this.#ways) way.restore();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#ways.map((way) => way[Symbol.asyncDispose]()));
	}
}
