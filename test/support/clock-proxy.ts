import { connect, createServer, type Socket } from "node:net";

/** BSON's date with this name: type 9, name, int64 little-endian of ms since 1970. */
const LOCAL_TIME = Buffer.from("\x09localTime\0", "latin1");

/** Stands before a MongoDB server and lets it say another time: so many ms later. */
export async function clockProxy(uri: string, offMs: number): Promise<AsyncDisposable & { uri: string }> {
	const { hostname, port } = new URL(uri);
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const target = connect({ host: hostname, port: Number(port) });
		for (const socket of [client, target]) {
			sockets.add(socket);
			socket.on("error", () => socket.destroy());
			socket.on("close", () => {
				client.destroy();
				target.destroy();
			});
		}
		client.on("data", (bytes) => target.write(bytes));
		target.on("data", (bytes: Buffer) => {
			const at = bytes.indexOf(LOCAL_TIME);
			if (at >= 0) {
				const place = at + LOCAL_TIME.length;
				bytes.writeBigInt64LE(bytes.readBigInt64LE(place) + BigInt(offMs), place);
			}
			client.write(bytes);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("not listening");
	return {
		uri: `mongodb://127.0.0.1:${address.port}/?directConnection=true`,
		[Symbol.asyncDispose]: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
