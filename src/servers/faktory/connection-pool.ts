import { Fault } from "../../base/fault.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { type FaktoryConnection, openConnection, type WorkerIdentity } from "./connection.ts";
import { addressOf } from "./connection-faults.ts";

/** Connections to one server, opened as they are needed and used again. */
export class ConnectionPool {
	readonly #config: FaktoryConfig;
	readonly #worker: WorkerIdentity | undefined;
	readonly #idle: FaktoryConnection[] = [];
	#closed = false;

	constructor(config: FaktoryConfig, worker?: WorkerIdentity) {
		this.#config = config;
		this.#worker = worker;
	}

	/**
	 * Sends the command on a connection that nobody else uses meanwhile; a broken connection is not used again. Throws as
	 * `FaktoryConnection.ask` does, all within `ms`.
	 */
	async ask(words: string[], ms: number): Promise<string> {
		if (this.#closed)
			throw new Fault("unreachable", `the connection to Faktory at ${addressOf(this.#config)} is closed`);
		const end = performance.now() + ms;
		const connection = this.#unbroken() ?? (await openConnection(this.#config, ms, this.#worker));
		const answer = await connection.ask(words, Math.max(1, Math.round(end - performance.now())));
		if (this.#closed) connection.close();
		else this.#idle.push(connection);
		return answer;
	}

	/** An idle connection that the server has not closed meanwhile. */
	#unbroken(): FaktoryConnection | undefined {
		for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop())
			if (!connection.broken) return connection;
		return undefined;
	}

	close(): void {
		this.#closed = true;
		this.renew();
	}

	/** Closes what is not in use, so that the next question opens another. */
	renew(): void {
		for (const connection of this.#idle.splice(0)) connection.close();
	}
}
