import { connect, createServer, type Server, type Socket } from "node:net";
import { inflateSync, zstdDecompressSync } from "node:zlib";
import { BSON, type Document, MongoClient } from "mongodb";
import { messagesTo } from "./mongo-proxy.ts";

const HEADER = 16;
const RESPONSE_TO = 8;
const OP_CODE = 12;
const OP_REPLY = 1;
const OP_MSG = 2013;
const OP_QUERY = 2004;
const OP_COMPRESSED = 2012;
/** Behind the header of a compressed message: the code of what is in it, its size, the compressor, the rest. */
const COMPRESSOR = HEADER + 8;
const DECOMPRESS: Readonly<Record<number, (bytes: Buffer) => Buffer>> = { 2: inflateSync, 3: zstdDecompressSync };

/** The message that a compressed one stands for; others as they are. */
function decompressed(message: Buffer): Buffer {
	if (message.readInt32LE(OP_CODE) !== OP_COMPRESSED) return message;
	const id = message.readUInt8(COMPRESSOR);
	const body = DECOMPRESS[id]?.(message.subarray(COMPRESSOR + 1));
	if (body === undefined) throw new Error(`compressor ${id} was not offered`);
	const header = Buffer.from(message.subarray(0, HEADER));
	header.writeInt32LE(HEADER + body.length, 0);
	header.writeInt32LE(message.readInt32LE(HEADER), OP_CODE);
	return Buffer.concat([header, body]);
}

/** Where the document stands: behind flags, cursor and counts; behind flags and the section's kind. */
const REPLY_DOCUMENT = HEADER + 20;
const MSG_DOCUMENT = HEADER + 5;

export type Member = "primary" | "secondary";

/** A command that a member was asked for; those that only watch the set are left out. */
export interface Asked {
	readonly member: Member;
	readonly command: string;
	readonly collection: unknown;
	readonly readConcern: unknown;
	readonly writeConcern: unknown;
}

const WATCHING = new Set(["hello", "ismaster", "isMaster", "ping", "endSessions", "buildInfo"]);
const BEHIND = "_behind";

/** A message of the protocol with another document in it; what stands behind the document is kept. */
function withDocument(message: Buffer, at: number, change: (document: Document) => Document): Buffer {
	const length = message.readInt32LE(at);
	const document = BSON.serialize(
		change(BSON.deserialize(message.subarray(at, at + length), { promoteValues: false })),
	);
	const whole = Buffer.concat([message.subarray(0, at), document, message.subarray(at + length)]);
	whole.writeInt32LE(whole.length, 0);
	return whole;
}

/**
 * Answers as a replica set of two members on two ports, in front of one server. The secondary lags: what it shows of a
 * database is the copy that `freeze` made. Notes which member was asked for what.
 */
export class ReplicaSet implements AsyncDisposable {
	readonly setName = "rs-test";
	readonly asked: Asked[] = [];
	/** What a member says of itself beyond its part in the set. */
	readonly says: Record<Member, Document> = { primary: {}, secondary: {} };
	/** Messages that came compressed. */
	compressed = 0;
	/** False while nobody takes writes: both are secondaries. */
	hasPrimary = true;
	readonly #servers = new Map<Member, Server>();
	readonly #sockets = new Set<Socket>();
	/** Databases, each with the one collection that lags. */
	readonly #frozen = new Map<string, string | undefined>();
	readonly #target: { host: string; port: number };
	readonly #uri: string;

	private constructor(uri: string) {
		const { hostname, port } = new URL(uri);
		this.#uri = uri;
		this.#target = { host: hostname, port: Number(port) };
	}

	static async start(uri: string): Promise<ReplicaSet> {
		const set = new ReplicaSet(uri);
		for (const member of ["primary", "secondary"] as const) {
			const server = createServer((client) => set.#join(client, member));
			await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
			set.#servers.set(member, server);
		}
		return set;
	}

	address(member: Member): string {
		const address = this.#servers.get(member)?.address();
		if (address === null || typeof address !== "object") throw new Error("not listening");
		return `127.0.0.1:${address.port}`;
	}

	/** Names the secondary first, as a driver that took the first host would read from it. */
	uri(options = ""): string {
		return `mongodb://${this.address("secondary")},${this.address("primary")}/?replicaSet=${this.setName}${options}`;
	}

	/**
	 * The secondary shows `database` as it is now, from now on; with `only`, this collection of it, and the rest is in
	 * step.
	 */
	async freeze(database: string, only?: string): Promise<void> {
		await using client = await MongoClient.connect(this.#uri);
		this.#frozen.set(database, only);
		const copy = client.db(`${database}${BEHIND}`);
		await copy.dropDatabase();
		for (const { name } of await client.db(database).listCollections({}, { nameOnly: true }).toArray()) {
			if (only !== undefined && only !== name) continue;
			const documents = await client.db(database).collection(name).find().toArray();
			if (documents.length > 0) await copy.collection(name).insertMany(documents);
		}
	}

	#isFrozen(database: string, collection: unknown): boolean {
		const only = this.#frozen.get(database);
		return this.#frozen.has(database) && (only === undefined || only === String(collection));
	}

	/** Drops what `freeze` made. */
	async thaw(database: string): Promise<void> {
		await using client = await MongoClient.connect(this.#uri);
		await client.db(`${database}${BEHIND}`).dropDatabase();
	}

	/** The commands that a member was asked for since the last look. */
	take(member: Member): string[] {
		const taken = this.asked.filter((one) => one.member === member).map(({ command }) => command);
		this.asked.splice(0, this.asked.length, ...this.asked.filter((one) => one.member !== member));
		return taken;
	}

	#hello(member: Member): Document {
		const primary = member === "primary" && this.hasPrimary;
		return {
			...{ setName: this.setName, setVersion: 1, hosts: [this.address("primary"), this.address("secondary")] },
			...{ isWritablePrimary: primary, ismaster: primary, secondary: !primary, me: this.address(member) },
			...(this.hasPrimary && { primary: this.address("primary") }),
			...this.says[member],
		};
	}

	#join(client: Socket, member: Member): void {
		const server = connect(this.#target);
		for (const [socket, other] of [
			[client, server],
			[server, client],
		] as const) {
			this.#sockets.add(socket);
			socket.setNoDelay(true);
			socket.on("error", () => other.destroy());
			socket.on("close", () => {
				this.#sockets.delete(socket);
				other.destroy();
			});
		}
		const greetings = new Set<number>();
		client.on(
			"data",
			messagesTo((message) => {
				if (message.readInt32LE(OP_CODE) === OP_COMPRESSED) this.compressed += 1;
				server.write(this.#request(decompressed(message), member, greetings));
			}),
		);
		server.on(
			"data",
			messagesTo((message) => client.write(this.#reply(message, member, greetings))),
		);
	}

	#request(message: Buffer, member: Member, greetings: Set<number>): Buffer {
		if (message.readInt32LE(OP_CODE) === OP_QUERY) greetings.add(message.readInt32LE(4));
		if (message.readInt32LE(OP_CODE) !== OP_MSG) return message;
		return withDocument(message, MSG_DOCUMENT, (document) => {
			const [command = ""] = Object.keys(document);
			if (command === "hello" || command.toLowerCase() === "ismaster") {
				greetings.add(message.readInt32LE(4));
				// Answered at once: there is nothing to wait for.
				return Object.fromEntries(Object.entries(document).filter(([key]) => !/topologyVersion|maxAwait/.test(key)));
			}
			if (!WATCHING.has(command)) {
				const { readConcern, writeConcern } = BSON.EJSON.serialize(document);
				this.asked.push({ member, command, collection: String(document[command]), readConcern, writeConcern });
			}
			const database = String(document.$db);
			const shown = member === "secondary" && this.#isFrozen(database, document[command]);
			// A standalone server knows nothing of what a member of a set is told.
			const { $readPreference: _, $clusterTime: __, ...plain } = document;
			return shown ? { ...plain, $db: `${database}${BEHIND}` } : plain;
		});
	}

	#reply(message: Buffer, member: Member, greetings: Set<number>): Buffer {
		if (!greetings.delete(message.readInt32LE(RESPONSE_TO))) return message;
		const at = message.readInt32LE(OP_CODE) === OP_REPLY ? REPLY_DOCUMENT : MSG_DOCUMENT;
		return withDocument(message, at, ({ topologyVersion: _, ...hello }) => ({ ...hello, ...this.#hello(member) }));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		for (const server of this.#servers.values()) await new Promise<void>((resolve) => server.close(() => resolve()));
	}
}
