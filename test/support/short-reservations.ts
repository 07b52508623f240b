import { type Pair, StreamProxy } from "./stream-proxy.ts";
import { textLines } from "./text-lines.ts";

/** The least that the server takes. */
const SECONDS = 60;

/**
 * Stands between a producer and Faktory, and shortens the reservations of the jobs that are pushed from half an hour
 * to a minute, so that a test sees their end.
 */
export class ShortReservations extends StreamProxy {
	static async start(target: string): Promise<ShortReservations> {
		return await new ShortReservations(target).listen();
	}

	get url(): string {
		return `tcp://127.0.0.1:${this.port}`;
	}

	protected join({ client, server }: Pair): void {
		// A command is a line.
		const linesOf = textLines();
		client.on("data", (bytes: Buffer) => {
			for (const line of linesOf(bytes))
				server.write(`${line.replaceAll('"reserve_for":1800', `"reserve_for":${SECONDS}`)}\n`);
		});
		server.on("data", (bytes) => client.write(bytes));
	}
}
