import { Client } from "faktory-worker";
import { Connection } from "faktory-worker/lib/connection";
import { orAborted, sleep, withDeadline } from "../../base/deadline.ts";
import { Fault, isFault } from "../../base/fault.ts";
import { noteOpen } from "../../base/open.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { speaksTls, tlsOptions } from "../tls/peer.ts";
import { addressOf, connectionFault, spokenToWithoutTls } from "./connection-faults.ts";

/** One connection to a Faktory server, past its handshake. */
export interface FaktoryConnection {
	/** True once the connection is closed: a command on it would get no answer. */
	readonly broken: boolean;
	/**
	 * Sends one command and gives the server's answer. Throws a Fault "unreachable" when the connection breaks or no
	 * answer comes within `ms`, "refused" when the server answers with an error. After a throw the connection is
	 * unusable.
	 */
	ask(words: string[], ms: number): Promise<string>;
	/** Sends END and closes the socket. */
	close(): void;
}

/** How the server lists a worker on its web page. */
export interface WorkerIdentity {
	/** One for all connections of a run. */
	readonly wid: string;
	readonly labels: readonly string[];
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
				? { hint: "set faktory-connection-info.password, password-file or FAKTORY_URL=tcp://:PASSWORD@HOST:PORT" }
				: {},
		);
	}
	return connectionFault(error, config);
}

/** A Faktory server greets at once; one that is silent for so long may wait for a TLS handshake. */
const GREETING_MS = 1000;

/** Waits for the greeting. A server without TLS here that is silent is asked whether it waits for a TLS handshake. */
async function greeted(connection: Connection, config: FaktoryConfig) {
	if (config.tls !== undefined) return await connection.open();
	const over = new AbortController();
	const asked = async (): Promise<never> => {
		await sleep(GREETING_MS, over.signal);
		if (await speaksTls(config, { ms: GREETING_MS })) throw spokenToWithoutTls(config);
		return await orAborted(over.signal, new Promise<never>(() => {}));
	};
	try {
		return await Promise.race([connection.open(), asked()]);
	} finally {
		over.abort(new Fault("unreachable", "the greeting is no longer waited for"));
	}
}

async function handshake(connection: Connection, config: FaktoryConfig, worker?: WorkerIdentity): Promise<void> {
	const greeting = await greeted(connection, config);
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
 * Connects and says hello, as `worker` where it consumes jobs, within `ms`. Throws a Fault: "unreachable",
 * "refused" for a wrong password, or "config" where the two sides' TLS do not fit.
 * Protocol: https://github.com/contribsys/faktory/blob/main/docs/protocol-specification.md
 */
export async function openConnection(
	config: FaktoryConfig,
	ms: number,
	worker?: WorkerIdentity,
): Promise<FaktoryConnection> {
	const connection = new Connection(config.port, config.host, config.tls && tlsOptions(config.tls));
	const closed = noteOpen(`connection to Faktory at ${addressOf(config)}`);
	// The library rejects with the last error, which says no more than that the connection is closed.
	let broke: unknown;
	connection.on("error", (error) => {
		broke ??= error;
	});
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
			return await withDeadline(limit, work, () => new Fault("unreachable", `no answer within ${limit} ms`));
		} catch (error) {
			cut();
			throw asFault(isFault(error) || isServersAnswer(error) ? error : (broke ?? error), config);
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
