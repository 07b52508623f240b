import { Fault } from "../../base/fault.ts";
import type { TlsFiles } from "../../config/values/tls-files.ts";
import { type Endpoint, type Endpoints, endpointText } from "./endpoints.ts";
import { mismatchOf, type Trouble } from "./transport.ts";

/** A server that is asked whether it speaks TLS answers within this, ms. */
const MISMATCH_MS = 1000;

interface Failure {
	/** How long the attempt might take. */
	readonly attemptMs: number;
	/** True where no server has greeted this session yet. */
	readonly isFirst: boolean;
}

/**
 * What the attempts to connect have brought, by address: how long the next one may take, what is said of them, and when
 * they are given up, since every address has a fault of TLS that only a person can set right.
 */
export class ConnectAttempts {
	readonly #endpoints: Endpoints;
	readonly #tls: TlsFiles | undefined;
	readonly #hopeless: (fault: Fault) => void;
	readonly #troubles = new Map<string, Trouble>();
	/** Addresses that were asked whether they speak TLS. */
	readonly #asked = new Set<string>();
	readonly #settled = new AbortController();
	/** Rounds since a server has served us. */
	#rounds = 0;

	constructor(endpoints: Endpoints, tls: TlsFiles | undefined, hopeless: (fault: Fault) => void) {
		this.#endpoints = endpoints;
		this.#tls = tls;
		this.#hopeless = hopeless;
	}

	/**
	 * How long a server may take to greet us: all of them together a third of the session time-out, which is what a proof
	 * may take; twice that in each further round, as a busy server may need. A third for each at most inside a session,
	 * which may be over then; before there is one, all of the time-out: on a slow link a connection takes two
	 * ways there and back where a proof takes one, and with TLS up to four.
	 */
	shareMs(timeoutMs: number, isFirst: boolean): number {
		const third = timeoutMs / 3;
		const most = isFirst ? timeoutMs : third;
		return Math.min(most, (third / Math.max(1, this.#endpoints.count)) * 2 ** this.#rounds);
	}

	/** A server has greeted us, or none is searched for any longer: nobody is asked any more about TLS. */
	settled(): void {
		this.#settled.abort(new Error("settled"));
	}

	served(): void {
		this.#rounds = 0;
		this.#troubles.clear();
	}

	failed(endpoint: Endpoint, trouble: Trouble, { attemptMs, isFirst }: Failure): void {
		const text = endpointText(endpoint);
		const known = this.#troubles.get(text);
		// What was found out about its TLS says more than that it gave no answer.
		if (known?.tls === undefined || trouble.tls !== undefined) this.#troubles.set(text, trouble);
		if (
			!isFirst ||
			this.#settled.signal.aborted ||
			trouble.isMute !== true ||
			trouble.tls !== undefined ||
			this.#asked.has(text)
		)
			return;
		this.#asked.add(text);
		void this.#ask(endpoint, Math.min(attemptMs, MISMATCH_MS));
	}

	/** Nobody waits for the answer: the next address is tried meanwhile. */
	async #ask(endpoint: Endpoint, ms: number): Promise<void> {
		const trouble = await mismatchOf(endpoint, this.#tls, { ms, signal: this.#settled.signal });
		if (trouble === undefined || this.#settled.signal.aborted) return;
		this.#troubles.set(endpointText(endpoint), trouble);
		this.#giveUp();
	}

	roundEnded(): void {
		this.#rounds += 1;
		this.#giveUp();
	}

	#giveUp(): void {
		const faults = this.#endpoints.known.map((endpoint) => {
			const at = endpointText(endpoint);
			return { at, trouble: this.#troubles.get(at) };
		});
		const [first] = faults;
		if (first?.trouble?.tls === undefined || !this.#endpoints.areAllKnown) return;
		if (faults.some(({ trouble }) => trouble?.tls === undefined)) return;
		const { text, tls } = first.trouble;
		this.#hopeless(new Fault("config", `ZooKeeper at ${first.at}: ${text}`, { hint: tls.hint }));
	}

	/** What the last attempt with each address brought, and which names have none; undefined where all is well so far. */
	get trouble(): string | undefined {
		const attempts = [...this.#troubles].map(([at, { text }]) => `${at}: ${text}`);
		const all = [...attempts, ...this.#endpoints.troubles];
		return all.length === 0 ? undefined : all.join("; ");
	}
}
