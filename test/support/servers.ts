import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MARK, type Variables } from "./marked.ts";

export type { Variables } from "./marked.ts";

const SERVICES = join(import.meta.dir, "../../scripts/services");

export type ServerName = "faktory" | "mongo" | "zookeeper" | "ferretdb" | "mongo-auth";

function variable(name: string): string {
	const value = process.env[name];
	if (value === undefined || value === "") throw new Error(`${name} is not set: run the tests by scripts/test`);
	return value;
}

/** Addresses of the servers that all test files share. */
export const shared = {
	faktory: () => variable("FAKTORY_URL"),
	mongo: () => variable("TANGLES_MONGO_URI"),
	zookeeper: () => variable("TANGLES_ZOOKEEPER"),
	ferretdb: () => variable("TANGLES_TEST_FERRETDB_URI"),
	mongoAuth: () => variable("TANGLES_TEST_MONGO_AUTH_URI"),
};

async function services(words: readonly string[], env: Variables = {}): Promise<string> {
	const child = Bun.spawn([SERVICES, ...words], {
		env: { PATH: variable("PATH"), HOME: process.env.HOME ?? "/", ...MARK, ...env },
		stdout: "pipe",
		stderr: "pipe",
	});
	const [out, err, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	if (code !== 0) throw new Error(`scripts/services ${words.join(" ")}: ${err}`);
	return out;
}

const PORTS_PER_SET = 6;
/** First ports of sets that a test of this file has had and stopped, to be taken again. */
const freePorts: number[] = [];
let nextPorts = Number(process.env.TANGLES_TEST_PORTS ?? 19_000);

/** Servers of a test's own, to be killed and silenced. */
export class OwnServers implements AsyncDisposable {
	readonly #dir: string;
	readonly #ports: number;
	readonly #names: readonly ServerName[];
	readonly #env: Variables;

	private constructor(dir: string, names: readonly ServerName[], env: Variables) {
		this.#dir = dir;
		this.#names = names;
		this.#env = env;
		this.#ports = freePorts.pop() ?? nextPorts;
		if (this.#ports === nextPorts) nextPorts += PORTS_PER_SET;
	}

	static async start(names: readonly ServerName[], env: Variables = {}): Promise<OwnServers> {
		const servers = new OwnServers(await mkdtemp(join(tmpdir(), "tangles-set-")), names, env);
		await servers.start();
		return servers;
	}

	async start(): Promise<void> {
		const set = ["--dir", this.#dir, "--ports", String(this.#ports), "--only", this.#names.join(",")];
		await services(["start", ...set], this.#env);
	}

	get faktory(): string {
		return `tcp://127.0.0.1:${this.#ports}`;
	}

	get zookeeper(): string {
		return `127.0.0.1:${this.#ports + 3}`;
	}

	get mongo(): string {
		return `mongodb://127.0.0.1:${this.#ports + 2}/?directConnection=true`;
	}

	async signal(name: ServerName, signal: NodeJS.Signals): Promise<void> {
		process.kill(Number(await readFile(join(this.#dir, name, "pid"), "utf8")), signal);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await services(["stop", "--purge", "--dir", this.#dir]);
		freePorts.push(this.#ports);
	}
}
