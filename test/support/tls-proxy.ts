import { createServer, type TlsOptions } from "node:tls";
import { type Pair, StreamProxy } from "./stream-proxy.ts";

/** Speaks TLS with a client and passes everything on to a server that does not. */
export class TlsProxy extends StreamProxy {
	private constructor(target: string, options: TlsOptions) {
		super(target, (take) => {
			const server = createServer(options, take);
			// A handshake that fails is what most tests are for; the server has told the client why, and closes by itself.
			server.on("tlsClientError", () => {});
			return server;
		});
	}

	/** `target`: `SCHEME://HOST:PORT`. */
	static async start(target: string, options: TlsOptions): Promise<TlsProxy> {
		return await new TlsProxy(target, options).listen();
	}

	get address(): string {
		return `127.0.0.1:${this.port}`;
	}

	protected join({ client, server }: Pair): void {
		client.pipe(server).pipe(client);
	}
}
