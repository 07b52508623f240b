import { Client } from "faktory-worker";
import { Connection } from "faktory-worker/lib/connection";
import { within } from "../../base/deadline.ts";
import { Fault, isFault, messageOf } from "../../base/fault.ts";
import { noteOpen } from "../../base/open.ts";
import type { FaktoryConfig } from "../../config/config.ts";

/** One connection to a Faktory server, past its handshake. */
export interface FaktoryLine {
	/** True once the connection is gone; nothing would be answered on it. */
	readonly broken: boolean;
	/**
	 * Sends one command and gives the server's answer. Throws a Fault "unreachable" when the connection breaks or no
	 * answer comes within `ms`, "refused" when the server answers with an error. After a throw the line is dead.
	 */
	ask(words: string[], ms: number): Promise<string>;
	/** Says goodbye. */
	close(): void;
}

/** What a consumer is known by on the server. */
export interface WorkerIdentity {
	/** One for all connections of a run. */
	readonly wid: string;
	readonly labels: readonly string[];
}

/** `host:port`, for messages. */
export function addressOf({ host, port }: FaktoryConfig): string {
	return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** An error that the server itself answered, as opposed to one of the connection. */
function isServersAnswer(error: unknown): error is Error {
	return error instanceof Error && error.name === "ReplyError";
}

function asFault(error: unknown, config: FaktoryConfig): Fault {
	if (isFault(error)) return error;
	if (isServersAnswer(error)) {
		const login = /password/i.test(error.message);
		return new Fault(
			login ? "refused" : "failed",
			`Faktory at ${addressOf(config)} ${login ? "refuses the login" : "refuses a command"}: ${error.message}`,
			login
				? { mend: "set faktory-connection-info.password, password-file or FAKTORY_URL=tcp://:PASSWORD@HOST:PORT" }
				: {},
		);
	}
	return new Fault("unreachable", messageOf(error), { cause: error });
}

async function handshake(connection: Connection, config: FaktoryConfig, worker?: WorkerIdentity): Promise<void> {
	const greeting = await connection.open();
	// The library's pool hides why a connection failed, so only its handshake is used; it reads FAKTORY_URL itself
	// unless it is told a URL.
	const client = new Client({
		url: "tcp://127.0.0.1",
		...(config.password === undefined ? {} : { password: config.password.reveal() }),
		...(worker === undefined ? {} : { wid: worker.wid, labels: [...worker.labels] }),
	});
	Client.assertVersion(greeting.v);
	await connection.send(["HELLO", JSON.stringify(client.buildHello(greeting))]);
}

/**
 * Connects and says hello, as `worker` where it consumes jobs, within `ms`. Throws a Fault: "unreachable", or "refused" for a wrong password.
 * Protocol: https://github.com/contribsys/faktory/blob/main/docs/protocol-specification.md
 */
export async function openLine(config: FaktoryConfig, ms: number, worker?: WorkerIdentity): Promise<FaktoryLine> {
	const connection = new Connection(config.port, config.host, config.tls ? {} : undefined);
	const closed = noteOpen(`connection to Faktory at ${addressOf(config)}`);
	// What breaks a connection reaches the caller by its pending answer; without a listener it would end the process.
	connection.on("error", () => {});
	let broken = false;
	connection.on("close", () => {
		broken = true;
		closed();
	});
	const cut = () => {
		connection.socket?.destroy();
		closed();
	};
	const guarded = async <T>(work: Promise<T>, limit: number): Promise<T> => {
		try {
			return await within(limit, work, () => new Fault("unreachable", `no answer within ${limit} ms`));
		} catch (error) {
			cut();
			throw asFault(error, config);
		}
	};
	const close = () => {
		// Not waited for: a mute server would keep the process.
		connection.socket?.end("END\r\n").unref();
		closed();
	};
	await guarded(handshake(connection, config, worker), ms);
	return {
		get broken() {
			return broken;
		},
		ask: (words, limit) => guarded(connection.send(words), limit),
		close,
	};
}
