import { unlessAborted, within } from "../base/deadline.ts";
import { Fault, isFault } from "../base/fault.ts";
import type { Session } from "./ports.ts";

/** How long leaving is waited for; what a silent server has not deleted by then goes in the background, or with the session. */
const LEAVE_MS = 2000;

/** A node of ours, and what its directory listed right after it was created. */
export interface Entered {
	readonly dir: string;
	readonly name: string;
	/** Undefined, or without `name`, where the connection broke in between. */
	readonly names: readonly string[] | undefined;
	/** What the other directory that was asked for listed, right after that; undefined where it is missing. */
	readonly other: readonly string[] | undefined;
}

/** The nodes of one acquire, from the moment the first is asked for: whatever happens, `leave` takes them all away. */
export class OwnNodes {
	readonly #session: Session;
	readonly #path: string;
	readonly #signal: AbortSignal;
	/** Full paths in the order of creation; undefined for a create that failed. */
	#creating: Promise<string | undefined>[] = [];

	constructor(session: Session, path: string, signal: AbortSignal) {
		this.#session = session;
		this.#path = path;
		this.#signal = signal;
	}

	/** Creates an ephemeral node below `dir`, with the directories it needs, and lists `dir`, then `other`. */
	async enter(dir: string, kind: "lock-" | "lease-", data: string, other?: string): Promise<Entered> {
		this.#signal.throwIfAborted();
		const prefix = `_c_${crypto.randomUUID()}-${kind}`;
		const entering = this.#enter(dir, prefix, data, other);
		this.#creating.push(
			entering.then(
				({ name }) => `${dir}/${name}`,
				() => undefined,
			),
		);
		return await unlessAborted(this.#signal, entering);
	}

	async #enter(dir: string, prefix: string, data: string, other?: string): Promise<Entered> {
		const session = this.#session;
		// Sent together, because after the last release the directory is gone as a rule.
		const attempt = (make: (path: string) => Promise<void>) =>
			Promise.all([
				make(dir),
				session.createOwn(dir, prefix, data),
				session.children(dir),
				other === undefined ? undefined : session.children(other),
			]);
		let [, name, names, others] = await attempt(session.makeDirectory);
		while (name === undefined) {
			this.#signal.throwIfAborted();
			[, name, names, others] = await attempt(session.makeDirectories);
		}
		return { dir, name, names, other: others };
	}

	/** Full paths of the nodes that were created and not dropped. */
	async paths(): Promise<string[]> {
		return (await Promise.all(this.#creating)).filter((path) => path !== undefined);
	}

	/** Deletes one node before the others, and its directory where it is empty then. */
	async drop({ dir, name }: Entered): Promise<void> {
		const node = `${dir}/${name}`;
		await Promise.all([this.#session.remove(node), this.#session.remove(dir)]);
		const paths = await Promise.all(this.#creating);
		this.#creating = this.#creating.filter((_, at) => paths[at] !== node);
	}

	/**
	 * Deletes the nodes, the last first, and what is empty of the lock's own directories. Returns once they are gone, or
	 * after two seconds without an answer: it then goes on in the background. They also go with the session, so that its
	 * loss is no error here.
	 */
	async leave(): Promise<void> {
		const late = () => new Fault("unreachable", `${this.#session.address} did not confirm that ${this.#path} is left`);
		const leaving = this.#leave();
		try {
			await within(LEAVE_MS, leaving, late);
		} catch (error) {
			if (!isFault(error, "unreachable")) throw error;
			// Whatever else it meets belongs to nobody any more; the session's end is what ends it.
			void Promise.allSettled([leaving]);
		}
	}

	async #leave(): Promise<void> {
		const nodes = (await this.paths()).reverse();
		this.#creating = [];
		const leases = `${this.#path}/leases`;
		const outcomes = await this.#removeAll([...nodes, leases, this.#path]);
		if (outcomes.at(-1) !== "not-empty") return;
		// Others use it, or a client that clears nothing has left its empty directories.
		const names = (await this.#session.children(this.#path)) ?? [];
		const own = names.filter((name) => name === "locks" || name === "leases").map((name) => `${this.#path}/${name}`);
		if (own.length > 0 && own.length === names.length) await this.#removeAll([...own, this.#path]);
	}

	/** "not-empty" and "absent" are normal here: others use the lock, or have cleared it already. */
	async #removeAll(paths: readonly string[]): Promise<("removed" | "absent" | "not-empty" | undefined)[]> {
		const results = await Promise.allSettled(paths.map((path) => this.#session.remove(path)));
		return results.map((result) => {
			if (result.status === "fulfilled") return result.value;
			if (!this.#session.lost.aborted) throw result.reason;
			return undefined;
		});
	}
}
