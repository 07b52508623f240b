import type { Log } from "../base/log.ts";
import { runId } from "../base/run-id.ts";
import type { Secret } from "../base/secret.ts";
import type { Config } from "../config/config.ts";
import { LogTail } from "./log-tail.ts";
import type { Pings } from "./pings.ts";
import { proxyAddresses, proxyFor } from "./proxy.ts";

/** A shorter path of a check's address is no key, and may stand in a log for something else. */
const SHORTEST_KEY = 9;

type Environment = Readonly<Record<string, string | undefined>>;

/** The password that an address holds, as it stands and decoded. */
function passwordsIn(address: string): string[] {
	const [, password] = /\/\/[^:@/]*:([^@/]*)@/.exec(address) ?? [];
	return password === undefined ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// Nobody checks a proxy's address: its password may have a `%` that escapes nothing.
		return text;
	}
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
	readonly #env: Environment;
	readonly #secrets: string[] = [];
	#url: Secret | undefined;
	#waiting = false;
	#pings: Promise<Pings> | undefined;

	constructor(log: () => Log, env: Environment) {
		this.#log = log;
		this.#env = env;
	}

	/** Where the pings go; the first address that is given counts. */
	address(url: Secret): void {
		const address = url.reveal();
		const { pathname } = new URL(address);
		this.#secrets.push(address, ...(pathname.length < SHORTEST_KEY ? [] : [pathname]));
		this.#secrets.push(...proxyAddresses(this.#env).flatMap(passwordsIn));
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
		const [login = "", password = ""] = [zookeeper?.auth?.reveal(), faktory?.password?.reveal()];
		this.#secrets.push(password, login, login.slice(login.indexOf(":") + 1), ...passwordsIn(mongo?.uri.reveal() ?? ""));
	}

	/** The run has ended with this exit code. Resolves within 5 s. */
	async end(code: number): Promise<void> {
		if (this.#waiting) return;
		this.#start();
		await (await this.#pings)?.end(code, this.tail);
	}

	#start(): void {
		if (this.#url === undefined) return;
		const url = this.#url;
		const target = { url, run: runId(), secrets: this.#secrets, proxy: proxyFor(url.reveal(), this.#env) };
		this.#pings ??= import("./pings.ts").then(({ Pings }) => new Pings(target, this.#log()));
	}
}
