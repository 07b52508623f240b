import { createSocket, type Socket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [HEADER, ANSWER, NO_SUCH_NAME] = [12, 0x8180, 0x8183];
const A = 1;

/**
 * A name server on an address of its own on the loopback, and what starts a program so that it asks this server alone:
 * in a mount namespace with a resolv.conf of its own. Needs root. Names are `NAME.test`; those that begin with `silent`
 * get no answer.
 */
export class NameServer implements AsyncDisposable {
	/** Stands before a command. */
	readonly before: readonly string[];
	readonly #socket: Socket;
	readonly #folder: string;

	private constructor(socket: Socket, folder: string) {
		this.#socket = socket;
		this.#folder = folder;
		const mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
		this.before = ["unshare", "-m", "sh", "-c", mount, join(folder, "resolv.conf")];
	}

	/** `names`: the IPv4 addresses of each. */
	static async start(names: Readonly<Record<string, readonly string[]>>): Promise<NameServer> {
		const folder = await mkdtemp(join(tmpdir(), "tangles-names-"));
		const socket = createSocket("udp4");
		socket.on("message", (question, { port, address }) => {
			const answer = answerTo(question, names);
			if (answer !== undefined) socket.send(answer, port, address);
		});
		const host = `127.53.${1 + (process.pid % 250)}.${1 + Math.floor(Math.random() * 250)}`;
		await new Promise<void>((resolve) => socket.bind(53, host, resolve));
		await writeFile(join(folder, "resolv.conf"), `nameserver ${host}\n`);
		return new NameServer(socket, folder);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
		await rm(this.#folder, { recursive: true });
	}
}

/** RFC 1035, 4.1: the question again, and an address record for each address. */
function answerTo(question: Buffer, names: Readonly<Record<string, readonly string[]>>): Buffer | undefined {
	const labels: string[] = [];
	let at = HEADER;
	for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
		labels.push(question.toString("latin1", at + 1, at + 1 + length));
		at += 1 + length;
	}
	const name = labels.join(".").toLowerCase();
	if (name.startsWith("silent")) return undefined;
	const known = names[name];
	const addresses = question.readUInt16BE(at + 1) === A ? (known ?? []) : [];
	const header = Buffer.alloc(HEADER);
	question.copy(header, 0, 0, 2);
	header.writeUInt16BE(known === undefined ? NO_SUCH_NAME : ANSWER, 2);
	header.writeUInt16BE(1, 4);
	header.writeUInt16BE(addresses.length, 6);
	const records = addresses.map((address) =>
		// The name of the question, an address in the Internet, for 5 s, 4 bytes.
		Buffer.from([0xc0, HEADER, 0, A, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split(".").map(Number)]),
	);
	return Buffer.concat([header, question.subarray(HEADER, at + 5), ...records]);
}
