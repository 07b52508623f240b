import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thisHolder } from "../../src/commands/shared/lock-holder.ts";
import { acquire } from "../../src/locks/acquire.ts";
import type { Held } from "../../src/locks/held.ts";
import type { Session } from "../../src/locks/ports.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { shared, type Variables } from "./servers.ts";
import { type Ended, Run } from "./tangles.ts";
import { ZookeeperProxy } from "./zookeeper-proxy.ts";

const never = new AbortController().signal;
/** Prints a time in ms every 20 ms, after a first line. */
export const TICKER = ["sh", "-c", "echo go; while :; do date +%s%3N; sleep 0.02; done"];

export interface Scening {
	readonly server?: string;
	readonly sessionTimeout?: string;
	readonly layout?: "both" | "flat" | "v2";
	/** Content of the auth-file. */
	readonly login?: string;
	/** An existing chroot, instead of one of its own. */
	readonly chroot?: string;
}

/**
 * A place of a test's own on a ZooKeeper server: chroot, proxy, config. The binary goes through the proxy, `session`
 * does not.
 */
export class LockScene implements AsyncDisposable {
	readonly proxy: ZookeeperProxy;
	readonly env: Variables;
	readonly chroot: string;
	readonly #server: string;
	readonly #folder: string;
	readonly #sessions: Session[] = [];

	private constructor(proxy: ZookeeperProxy, server: string, chroot: string, folder: string) {
		this.proxy = proxy;
		this.#server = server;
		this.chroot = chroot;
		this.#folder = folder;
		this.env = { TANGLES_CONFIG: join(folder, "tangles.yaml"), PATH: process.env.PATH ?? "" };
	}

	static async create(scening: Scening = {}): Promise<LockScene> {
		const server = scening.server ?? shared.zookeeper();
		const chroot = scening.chroot ?? `/t${crypto.randomUUID()}`;
		const folder = await mkdtemp(join(tmpdir(), "tangles-scene-"));
		const proxy = await ZookeeperProxy.start(server);
		const login = scening.login === undefined ? "" : ", auth-file: login";
		if (scening.login !== undefined) await writeFile(join(folder, "login"), scening.login, { mode: 0o600 });
		const keys = `session-timeout: ${scening.sessionTimeout ?? "6s"}, lock-layout: ${scening.layout ?? "both"}${login}`;
		await writeFile(
			join(folder, "tangles.yaml"),
			`zookeeper-connection-info: { connect: "${proxy.address}${chroot}", ${keys} }\n`,
		);
		return new LockScene(proxy, server, chroot, folder);
	}

	/** A session of the test's own, straight to the server. */
	async session(sessionTimeoutMs = 6000): Promise<Session> {
		return await this.#open(this.#server, sessionTimeoutMs);
	}

	/** The same through the proxy. */
	async proxied(): Promise<Session> {
		return await this.#open(this.proxy.address, 6000);
	}

	async #open(server: string, sessionTimeoutMs: number): Promise<Session> {
		const config = { connect: `${server}${this.chroot}`, sessionTimeoutMs, auth: undefined };
		const session = await openSession(config, never);
		this.#sessions.push(session);
		return session;
	}

	/** Takes a lock in a session of the test's own. */
	async take(path: string, waitMs = 120_000, layout: "both" | "flat" | "v2" = "both"): Promise<Held> {
		return await acquire(await this.session(), path, {
			layout,
			waitMs,
			data: thisHolder("test", "0.0.0", layout),
			signal: never,
		});
	}

	start(...words: readonly string[]): Run {
		return new Run(words, this.env, this.#folder);
	}

	/** The same, started by what stands in `before`. */
	startBehind(before: readonly string[], ...words: readonly string[]): Run {
		return new Run(words, this.env, this.#folder, before);
	}

	async run(...words: readonly string[]): Promise<Ended> {
		return await this.start(...words).ended();
	}

	/** A run of the ticker under the lock, once it ticks. */
	async ticking(path: string, ...flags: readonly string[]): Promise<Run> {
		const run = this.start("locks", "exec", path, ...flags, "--", ...TICKER);
		await run.line("go");
		await run.line("1");
		return run;
	}

	/**
	 * Resolves once at least so many nodes of holders and contenders are in `dir`, the lock's own directory or one in it.
	 */
	async untilContenders(dir: string, count: number): Promise<void> {
		const session = await this.session();
		const lock = dir.replace(/\/(?:locks|leases)$/, "");
		for (;;) {
			const { promise, resolve } = Promise.withResolvers<void>();
			await session.children(lock, resolve);
			const names = (await session.children(dir, resolve)) ?? [];
			if (names.filter((name) => name.startsWith("_c_")).length >= count) return;
			await promise;
		}
	}

	/** Resolves when nothing is below `path`, its own directory included. */
	async untilGone(path: string): Promise<void> {
		const session = await this.session();
		for (;;) {
			const { promise, resolve } = Promise.withResolvers<void>();
			const names = await session.children(path, resolve);
			if (names === undefined || names.length === 0) return;
			await promise;
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#sessions.map((session) => session.close()));
		await this.proxy[Symbol.asyncDispose]();
		await rm(this.#folder, { recursive: true });
	}
}

/** Time of the ticker's last line, as of `Date.now()`. */
export function lastTick({ out }: Ended): number {
	return Number(out.trim().split("\n").at(-1));
}
