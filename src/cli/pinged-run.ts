import type { Log } from "../base/log.ts";
import { runId } from "../base/run-id.ts";
import type { Secret } from "../base/secret.ts";
import type { Config } from "../config/config.ts";
import { LogTail } from "./log-tail.ts";
import type { Pings } from "./pings.ts";

/** The login that an address holds, as it stands and decoded. */
function passwordsIn(address: string): string[] {
	const [, password] = /\/\/[^:@/]*:([^@/]*)@/.exec(address) ?? [];
	return password === undefined ? [] : [password, decodeURIComponent(password)];
}

/**
 * The part of a run that a check is told of. Without an address for pings it tells nothing.
 *
 *    checked --begin--> waiting --> begun --end--> /start, then /<code>
 *       |                  +--stopped, end--> nothing: the run has not begun
 *       +--failed, end--> /start and /<code> at once
 */
export class PingedRun {
	readonly tail = new LogTail();
	readonly #log: () => Log;
	readonly #secrets: string[] = [];
	#url: Secret | undefined;
	#waiting = false;
	#pings: Promise<Pings> | undefined;

	constructor(log: () => Log) {
		this.#log = log;
	}

	/** Where the pings go; the first address that is given counts. */
	address(url: Secret): void {
		this.#secrets.push(url.reveal());
		this.#url ??= url;
	}

	/** The run begins, once `wait` has resolved. Rejects as that does. */
	async begin(wait: () => Promise<void>): Promise<void> {
		this.#waiting = true;
		await wait();
		this.#waiting = false;
		this.#start();
	}

	/** Keeps the config's secrets out of what a check is told. */
	hide({ faktory, mongo, zookeeper }: Pick<Config, "faktory" | "mongo" | "zookeeper">): void {
		const logins = [faktory?.password, zookeeper?.auth].flatMap((secret) => secret?.reveal() ?? []);
		this.#secrets.push(...logins, ...passwordsIn(mongo?.uri.reveal() ?? ""));
	}

	/** The run has ended with this exit code. Resolves within 5 s. */
	async end(code: number): Promise<void> {
		if (this.#waiting) return;
		this.#start();
		await (await this.#pings)?.end(code, this.tail);
	}

	#start(): void {
		if (this.#url === undefined) return;
		const target = { url: this.#url, run: runId(), secrets: this.#secrets };
		this.#pings ??= import("./pings.ts").then(({ Pings }) => new Pings(target, this.#log()));
	}
}
