import { hostname } from "node:os";
import type { Log } from "../base/log.ts";
import { noteUnstoppable } from "../base/open.ts";
import type { Secret } from "../base/secret.ts";
import type { LogTail } from "./log-tail.ts";
import type { NamedProxy } from "./proxy.ts";

/** A ping takes no longer: what it is sent to must not hold a run. */
const MOST_MS = 5000;

/** Where a check's pings go, and what tells this run from others. */
export interface PingTarget {
	readonly url: Secret;
	readonly run: string;
	/** Texts that no body may hold. */
	readonly secrets: readonly string[];
	/** What the environment names as the proxy for such addresses; the runtime goes through it. */
	readonly proxy: NamedProxy | undefined;
}

/** The URL with `part` behind its path, and the run's id: what healthchecks.io calls rid. */
function urlOf({ url, run }: PingTarget, part: string): URL {
	const to = new URL(url.reveal());
	to.pathname = `${to.pathname.replace(/\/$/, "")}/${part}`;
	to.searchParams.set("rid", run);
	return to;
}

/** Of a ping that was not delivered: through what it was sent, and what may have kept it from that. */
function proxyText(proxy: NamedProxy | undefined): string {
	if (proxy === undefined) return "";
	const { variable, host, exempting } = proxy;
	return `; ${variable} sends it through ${host}${exempting === undefined ? "" : `, unless ${exempting} exempts it`}`;
}

async function send(target: PingTarget, part: string, body: string, stop: AbortSignal): Promise<string | undefined> {
	// The lookup of a name cannot be stopped; the process does not wait for it.
	const settled = noteUnstoppable();
	try {
		const headers = { "user-agent": `tangles (${hostname()})`, "content-type": "text/plain; charset=utf-8" };
		const options = { method: "POST", body, headers, redirect: "manual", signal: stop, keepalive: false } as const;
		const response = await fetch(urlOf(target, part), options);
		await response.body?.cancel();
		return response.ok ? undefined : `it answered ${response.status}`;
	} catch (error) {
		if (stop.aborted) return `no answer in ${MOST_MS / 1000} s`;
		return error instanceof Error && "code" in error ? String(error.code) : "it cannot be reached";
	} finally {
		settled();
	}
}

/**
 * Tells a check that a run has begun and how it ended, in the convention of healthchecks.io: POST to `URL/start`, then
 * `URL/<exit code>`, each with `?rid=<run id>`. Nothing is thrown and nothing waits for the first; what could not be
 * told is a warning, in which the URL's host is named alone: its path is the check's key.
 */
export class Pings {
	readonly #target: PingTarget;
	readonly #log: Log;
	readonly #stop = new AbortController();
	readonly #began: Promise<void>;

	constructor(target: PingTarget, log: Log) {
		this.#target = target;
		this.#log = log;
		this.#began = this.#ping("start", "", AbortSignal.any([this.#stop.signal, AbortSignal.timeout(MOST_MS)]));
	}

	async #ping(part: string, body: string, stop: AbortSignal): Promise<void> {
		const wrong = await send(this.#target, part, body, stop);
		if (wrong === undefined) return;
		const { url, proxy } = this.#target;
		const { host } = new URL(url.reveal());
		this.#log.warn(`the ping /${part} was not delivered: ${wrong}${proxyText(proxy)}`, { host });
	}

	/** Sends the last ping behind the first one. Resolves within 5 s, whatever the server does. */
	async end(code: number, tail: LogTail): Promise<void> {
		const deadline = AbortSignal.timeout(MOST_MS);
		// The first ping is given up where it is not answered soon: that of the end matters more.
		const late = setTimeout(() => this.#stop.abort(), MOST_MS / 5);
		await this.#began;
		clearTimeout(late);
		await this.#ping(String(code), tail.text(this.#target.secrets), deadline);
	}
}
