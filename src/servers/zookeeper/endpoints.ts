import { isIP } from "node:net";
import type { Peer } from "../tls/peer.ts";
import type { Address } from "./address.ts";
import type { Lookup } from "./lookup.ts";

/** One address of one server. `name` is the host as the connect string has it, for messages and certificates. */
export interface Endpoint extends Peer {
	readonly name: string;
}

interface Host {
	readonly name: string;
	readonly port: number;
	/** Those that the last lookup gave. */
	addresses: readonly string[];
	pending: boolean;
	/** Why the last lookup gave none. */
	trouble: Error | undefined;
}

/** `host:port`, for messages. */
export function endpointText({ name, host, port }: Endpoint): string {
	const shown = name.includes(":") ? `[${name}]` : name;
	return name === host ? `${shown}:${port}` : `${shown}:${port} (${host})`;
}

const keyOf = (host: string, port: number) => `${host} ${port}`;

/**
 * Every address of every server of a connect string, in rounds: each is taken once in a round. All names are looked up
 * in parallel as a round begins, and what an earlier lookup gave is there meanwhile: a name server that is silent holds
 * nothing up while one address is known.
 */
export class Endpoints {
	readonly #hosts: readonly Host[];
	readonly #lookup: Lookup;
	readonly #found: () => void;
	readonly #tried = new Set<string>();
	#last: Endpoint | undefined;

	/** `found` is called when a lookup has ended. The first server is a random one, as ZooKeeper's own clients do it. */
	constructor({ hosts }: Address, lookup: Lookup, found: () => void) {
		const first = Math.floor(Math.random() * hosts.length);
		this.#hosts = [...hosts.slice(first), ...hosts.slice(0, first)].map(({ host, port }) => ({
			...{ name: host, port, pending: false, trouble: undefined },
			addresses: isIP(host) === 0 ? [] : [host],
		}));
		this.#lookup = lookup;
		this.#found = found;
	}

	/** Begins a round. The endpoint that was taken last comes last in it. */
	begin(): void {
		this.#tried.clear();
		for (const host of this.#hosts) if (isIP(host.name) === 0 && !host.pending) void this.#lookUp(host);
	}

	async #lookUp(host: Host): Promise<void> {
		host.pending = true;
		try {
			host.addresses = await this.#lookup(host.name);
			host.trouble = undefined;
		} catch (error) {
			// Addresses from before are better than none.
			host.trouble = error instanceof Error ? error : new Error(String(error));
		}
		host.pending = false;
		this.#found();
	}

	/** The next endpoint of the round; undefined where each that is known was tried. */
	take(): Endpoint | undefined {
		const open = this.known.filter(({ host, port }) => !this.#tried.has(keyOf(host, port)));
		const last = this.#last;
		const next = open.find(({ host, port }) => host !== last?.host || port !== last.port) ?? open[0];
		if (next === undefined) return undefined;
		this.#tried.add(keyOf(next.host, next.port));
		this.#last = next;
		return next;
	}

	/** The first address of each server, then the second of each, and so on. */
	get known(): Endpoint[] {
		const most = Math.max(...this.#hosts.map(({ addresses }) => addresses.length));
		const places = Array.from({ length: most }, (_, place) => place);
		return places.flatMap((place) =>
			this.#hosts.flatMap(({ name, port, addresses }) => {
				const host = addresses[place];
				if (host === undefined) return [];
				return [{ name, host, port, ...(name === host ? {} : { servername: name }) }];
			}),
		);
	}

	/** Endpoints, and names that may yet turn out to be some: the time to connect is shared among so many. */
	get count(): number {
		return this.known.length + this.#hosts.filter(({ addresses, pending }) => pending && addresses.length === 0).length;
	}

	/** True where no address is known yet, and one may be soon. */
	get isWaiting(): boolean {
		return this.known.length === 0 && this.#hosts.some(({ pending }) => pending);
	}

	/** True where every name has given addresses. */
	get areAllKnown(): boolean {
		return this.#hosts.every(({ addresses }) => addresses.length > 0);
	}

	/** Why names have no address, each in a sentence. */
	get troubles(): string[] {
		return this.#hosts.flatMap(({ name, addresses, pending, trouble }) => {
			if (addresses.length > 0) return [];
			if (pending && trouble === undefined) return [`the name server gives no answer for ${name}`];
			const code = trouble !== undefined && "code" in trouble ? ` (${String(trouble.code)})` : "";
			return [`the name ${name} could not be looked up${code}`];
		});
	}
}
