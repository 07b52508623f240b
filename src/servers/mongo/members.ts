import type { MongoClient, ServerDescription, TopologyDescription } from "mongodb";
import { Fault, messageOf } from "../../base/fault.ts";
import { tlsFaultOf } from "../tls/faults.ts";
import { lookupFault } from "./errors.ts";
import { MONGO_TLS } from "./tls-words.ts";

/** What a server says of itself when it is greeted. */
interface Greeting {
	readonly setName?: unknown;
	readonly msg?: unknown;
	readonly isreplicaset?: unknown;
}

/** Kinds of members that answer reads and take no writes. */
const BEHIND: ReadonlySet<string> = new Set(["RSSecondary", "RSArbiter", "RSOther", "RSGhost"]);

/**
 * The servers behind an address, as the driver's monitors see them: it says why no server fits, where the driver itself
 * says "timed out" or nothing.
 */
export class Members {
	readonly #server: string;
	readonly #setName: string | undefined;
	readonly #tls: boolean;
	/** True where a certificate of ours is shown. */
	readonly #certificate: boolean;
	readonly #greetings = new Map<string, Greeting>();
	readonly #listeners = new Set<() => void>();
	#topology: TopologyDescription | undefined;

	/** `server` is for messages. */
	constructor(client: MongoClient, server: string) {
		this.#server = server;
		this.#setName = client.options.replicaSet;
		this.#tls = client.options.tls;
		this.#certificate = client.options.cert !== undefined;
		client.on("serverHeartbeatSucceeded", ({ connectionId, reply }) => {
			this.#greetings.set(connectionId, reply);
			this.#changed();
		});
		client.on("topologyDescriptionChanged", ({ newDescription }) => {
			this.#topology = newDescription;
			this.#changed();
		});
	}

	#changed(): void {
		for (const listener of this.#listeners) listener();
	}

	get #servers(): ServerDescription[] {
		return [...(this.#topology?.servers.values() ?? [])];
	}

	/** Settles as `work` does, or rejects as soon as a fault occurs that no further try can repair. */
	async orHopeless<T>(work: Promise<T>): Promise<T> {
		const { promise, reject } = Promise.withResolvers<never>();
		const check = () => {
			const fault = this.#hopeless();
			if (fault !== undefined) reject(fault);
		};
		this.#listeners.add(check);
		check();
		try {
			return await Promise.race([work, promise]);
		} finally {
			this.#listeners.delete(check);
		}
	}

	/** A Fault "config" where every server is one that this address can never use. */
	#hopeless(): Fault | undefined {
		const servers = this.#servers;
		const words = { ...MONGO_TLS, shown: this.#certificate };
		const faults = servers.map((server) => ({ server, fault: tlsFaultOf(server.error, words) }));
		const [first] = faults;
		if (first?.fault !== undefined && faults.every(({ fault }) => fault !== undefined)) {
			const { text, hint } = first.fault;
			const detail = messageOf(first.server.error);
			return new Fault("config", `${this.#server}: TLS with ${first.server.address}: ${text} (${detail})`, {
				hint,
			});
		}
		return this.#wrongSet(servers);
	}

	/** The driver drops servers of another set, and goes on to search for one of this set. */
	#wrongSet(servers: readonly ServerDescription[]): Fault | undefined {
		const name = this.#setName;
		if (name === undefined || this.#greetings.size === 0) return undefined;
		if (servers.some(({ type, error }) => type !== "Unknown" || error?.cause !== undefined)) return undefined;
		for (const [address, { setName, msg, isreplicaset }] of this.#greetings) {
			if (setName === name || isreplicaset === true) return undefined;
			const what =
				typeof setName === "string"
					? `belongs to the replica set ${setName}`
					: `is ${msg === "isdbgrid" ? "a router of a sharded cluster" : "a server by itself"}, of no replica set`;
			const hint =
				typeof setName === "string"
					? `expected replicaSet=${setName}, or the address of a member of ${name}`
					: "expected no option replicaSet, or the address of a member of that set";
			return new Fault("config", `${this.#server}: the address says replicaSet=${name}, but ${address} ${what}`, {
				hint,
			});
		}
		return undefined;
	}

	/** Throws a Fault "unreachable" where a direct connection leads to a member that takes no writes. */
	checkDirect(): void {
		if (this.#topology?.type !== "Single") return;
		const [server] = this.#servers;
		if (server === undefined || !BEHIND.has(server.type)) return;
		const primary = server.primary === null ? "it knows no primary" : `its primary is ${server.primary}`;
		const kind = server.type === "RSSecondary" ? "a secondary" : "no primary";
		throw new Fault("unreachable", `${server.address} is ${kind} of the replica set ${server.setName}; ${primary}`, {
			hint: "what tangles decides on is read from the primary: take directConnection=true out of the address",
		});
	}

	/** A Fault "unreachable" that says why no server could be asked; undefined where the monitors know nothing. */
	unreachable(): Fault | undefined {
		const errors = this.#servers.flatMap(({ error }) => error ?? []);
		const [first] = errors;
		if (first !== undefined) {
			const lookup = lookupFault(first);
			if (lookup !== undefined) return lookup;
			const words = [...new Set(errors.map((error) => messageOf(error)))].join("; ");
			return new Fault("unreachable", words, { hint: this.#hintFor(words), cause: first });
		}
		const members = this.#servers.filter(({ type }) => type.startsWith("RS"));
		if (members.length === 0 || members.some(({ type }) => type === "RSPrimary")) return undefined;
		const list = members.map(({ address, type }) => `${address} is ${KINDS[type] ?? "another member"}`).join(", ");
		const name = this.#topology?.setName ?? members[0]?.setName;
		return new Fault("unreachable", `the replica set ${name} has no primary: ${list}`);
	}

	/** A server that closes a connection which was just made may speak TLS where the other side does not. */
	#hintFor(words: string): string | undefined {
		if (this.#tls && /ECONNRESET|closed/.test(words)) {
			return "does the server speak TLS on this port? see the port, or take tls=true out of the address";
		}
		if (!this.#tls && /closed/.test(words)) return "does the server ask for TLS? tls=true in the address turns it on";
		return undefined;
	}
}

const KINDS: Readonly<Record<string, string>> = {
	RSSecondary: "a secondary",
	RSArbiter: "an arbiter",
	RSGhost: "not initiated",
};
