import { type Pair, StreamProxy } from "./stream-proxy.ts";

/** BSON's date with this name: type 9, name, int64 little-endian of ms since 1970. */
const LOCAL_TIME = Buffer.from("\x09localTime\0", "latin1");

/** Stands before a MongoDB server and lets it say another time: so many ms later. */
class ClockProxy extends StreamProxy {
	readonly #offMs: number;

	private constructor(target: string, offMs: number) {
		super(target);
		this.#offMs = offMs;
	}

	static async start(target: string, offMs: number): Promise<ClockProxy> {
		return await new ClockProxy(target, offMs).listen();
	}

	get uri(): string {
		return `mongodb://127.0.0.1:${this.port}/?directConnection=true`;
	}

	protected join({ client, server }: Pair): void {
		client.on("data", (bytes) => server.write(bytes));
		server.on("data", (bytes: Buffer) => {
			const at = bytes.indexOf(LOCAL_TIME);
			if (at >= 0) {
				const place = at + LOCAL_TIME.length;
				bytes.writeBigInt64LE(bytes.readBigInt64LE(place) + BigInt(this.#offMs), place);
			}
			client.write(bytes);
		});
	}
}

export async function clockProxy(uri: string, offMs: number): Promise<AsyncDisposable & { readonly uri: string }> {
	return await ClockProxy.start(uri, offMs);
}
