import { connect, type Socket } from "node:net";
import { messageCutter, type Pair, StreamProxy, targetOf } from "./stream-proxy.ts";

/** Opcodes of ZooKeeper's protocol (org.apache.zookeeper.ZooDefs.OpCode). */
const OPCODE = {
	create: 1,
	delete: 2,
	exists: 3,
	getChildren: 8,
	multi: 14,
	multiRead: 22,
	closeSession: -11,
} as const;
/** Length of an org.apache.zookeeper.data.Stat. */
const STAT_BYTES = 68;
/** org.apache.zookeeper.KeeperException.Code */
const UNIMPLEMENTED = -6;
const NO_NODE = -101;

/** Cuts a stream into ZooKeeper's frames: four bytes of length, then so many. */
function framesTo(take: (frame: Buffer) => void): (bytes: Buffer) => void {
	return messageCutter((head) => 4 + head.readInt32BE(0), take);
}

/** The answer "no node" in place of that one: xid and zxid as they were. */
function noNode(frame: Buffer): Buffer {
	return Buffer.concat([int(16), frame.subarray(4, 16), int(NO_NODE)]);
}

interface Swallow {
	readonly op: "create" | "delete" | "getChildren" | "multi";
	/** Part of the request: of a node's path, say. */
	readonly path: string | Buffer;
	readonly done: () => void;
}

/** Stands between a client and a ZooKeeper server, and does to them what networks do. */
export class ZookeeperProxy extends StreamProxy {
	readonly #target: string;
	/** While mute: what would have been sent on. */
	#held: (() => void)[] | undefined;
	#refusing = false;
	/** The server's part is played here: see `isolate`. */
	#isolated = false;
	/** Cut at the first request behind the greeting. */
	#cutting = false;
	#whenCut = () => {};
	#swallow: Swallow | undefined;
	/** The directory that the server lacks: see `lack`. */
	#lacking: string | undefined;
	/** Creates in it that the leader has carried out. */
	creates = 0;
	/** Requests for many reads at once that were refused; undefined where they are let through. */
	refusedBulks: number | undefined;
	/** The connect response seen last: what identifies the session. */
	#session: Buffer | undefined;
	/** Called for each request behind the greeting, as it comes. */
	onRequest = () => {};
	/** `Date.now()` when the last answer was handed on. */
	lastAnswer = 0;

	private constructor(target: string) {
		super(target);
		this.#target = target;
	}

	static async start(target: string): Promise<ZookeeperProxy> {
		return await new ZookeeperProxy(target).listen();
	}

	get address(): string {
		return `127.0.0.1:${this.port}`;
	}

	protected override accepts(): boolean {
		return !this.#refusing;
	}

	/** What is held back must come before the end. A server that is cut off does not hear of the session's end. */
	protected override closed({ end, server }: Pair, closed: Socket): void {
		if (!this.#isolated || closed !== server) this.#pass(end);
	}

	protected join({ client, server, end }: Pair): void {
		let greeted = false;
		let answered = false;
		let dropped: number | undefined;
		const denied = new Set<number>();
		client.on(
			"data",
			framesTo((frame) => {
				if (greeted && this.#cutting) return this.cut();
				if (greeted && this.#isolated) {
					// A reply to an exists: no error, and a stat of zeros.
					const reply = Buffer.concat([frame.subarray(4, 8), Buffer.alloc(12 + STAT_BYTES)]);
					if (frame.readInt32BE(8) === OPCODE.exists) client.write(Buffer.concat([int(reply.length), reply]));
					return;
				}
				if (greeted && this.refusedBulks !== undefined && frame.readInt32BE(8) === OPCODE.multiRead) {
					this.refusedBulks += 1;
					// As servers before 3.6: the answer, then the end of the connection.
					client.write(Buffer.concat([int(16), frame.subarray(4, 8), Buffer.alloc(8), int(UNIMPLEMENTED)]));
					client.end();
					return;
				}
				const swallow = this.#swallow;
				if (greeted && swallow !== undefined && frame.readInt32BE(8) === OPCODE[swallow.op]) {
					if (frame.includes(swallow.path)) dropped = frame.readInt32BE(4);
				}
				if (greeted && this.#isLacking(frame)) denied.add(frame.readInt32BE(4));
				if (greeted) this.onRequest();
				greeted = true;
				this.#pass(() => server.write(frame));
			}),
		);
		server.on(
			"data",
			framesTo((frame) => {
				if (!answered) this.#session = frame;
				else if (frame.readInt32BE(4) === dropped) {
					this.#swallow?.done();
					this.#swallow = undefined;
					return end();
				}
				const reply = denied.delete(frame.readInt32BE(4)) ? noNode(frame) : frame;
				answered = true;
				this.#pass(() => {
					this.lastAnswer = Date.now();
					client.write(reply);
				});
			}),
		);
	}

	#pass(step: () => void): void {
		if (this.#held === undefined) step();
		else this.#held.push(step);
	}

	/** Nothing gets through any more, in either direction; connections stay, and new ones are taken. */
	mute(): void {
		this.#held ??= [];
	}

	/**
	 * From now on the server is one that is cut off from its leader: it answers a look at a node from its own memory,
	 * and a change never; its leader hears nothing more of the session.
	 */
	isolate(): void {
		this.#isolated = true;
	}

	/**
	 * From now on the server is one whose tree has lost `dir`: it says so of every list, and of every create in it, which
	 * its leader carries out all the same.
	 */
	lack(dir: string): void {
		this.#lacking = dir;
	}

	#isLacking(frame: Buffer): boolean {
		const op = frame.readInt32BE(8);
		if (this.#lacking === undefined || !frame.includes(this.#lacking)) return false;
		// A create of the directory itself is answered as it is.
		const isBelow = frame.includes(`${this.#lacking}/`);
		if (op === OPCODE.create && isBelow) this.creates += 1;
		return (op === OPCODE.create && isBelow) || op === OPCODE.getChildren;
	}

	/** All that was held back gets through. */
	speak(): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const step of held) step();
	}

	/** Resolves when all is cut. */
	async untilCut(): Promise<void> {
		if (this.#refusing) return;
		await new Promise<void>((resolve) => {
			this.#whenCut = resolve;
		});
	}

	/** Breaks every connection and refuses new ones. */
	override cut(): void {
		this.#refusing = true;
		this.#whenCut();
		super.cut();
	}

	/** Lets a client say hello, and cuts all off when it asks for something. */
	cutAfterGreeting(): void {
		this.#cutting = true;
	}

	restore(): void {
		this.#cutting = false;
		this.#refusing = false;
	}

	/** Drops the reply to the next such request and cuts that connection. Resolves when it has happened. */
	async swallowReply(op: Swallow["op"], path: Swallow["path"]): Promise<void> {
		await new Promise<void>((done) => {
			this.#swallow = { op, path, done };
		});
	}

	/** Ends the client's session behind its back, as an administrator can: through a second connection. */
	async expire(): Promise<void> {
		const session = this.#session;
		if (session === undefined) throw new Error("no session yet");
		const close = Buffer.concat([int(8), int(1), int(OPCODE.closeSession)]);
		// The server drops the client's connection when the session moves; coming back at once, the client would take it
		// again.
		this.#refusing = true;
		const socket = connect(targetOf(this.#target));
		await new Promise<void>((resolve, reject) => {
			socket.on("error", reject);
			socket.on("close", () => resolve());
			socket.once("data", () => socket.write(close));
			socket.write(connectRequest(session));
		});
		this.#refusing = false;
	}

	override async [Symbol.asyncDispose](): Promise<void> {
		this.#held = undefined;
		await super[Symbol.asyncDispose]();
	}
}

const int = (value: number) => {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32BE(value, 0);
	return bytes;
};

/**
 * The request that takes over the session of a connect response. Response: int length, int protocol, int time-out, long
 * session, buffer password (16 bytes). Request: int length, int protocol, long zxid, then the same, bool read-only.
 */
function connectRequest(response: Buffer): Buffer {
	const body = Buffer.concat([
		int(0),
		Buffer.alloc(8),
		response.subarray(8, 20),
		response.subarray(20, 40),
		Buffer.alloc(1),
	]);
	return Buffer.concat([int(body.length), body]);
}
