import { orAborted, withDeadline } from "../base/deadline.ts";
import { Fault, isFault } from "../base/fault.ts";
import type { LockLayout } from "./names.ts";
import type { NewNode, Session } from "./ports.ts";

/**
 * How long `leave` waits, in ms; nodes that a silent server has not deleted by then are deleted in the background, or
 * with the session.
 */
const LEAVE_MS = 2000;

/** A node of ours, and what its directory listed right after it was created. */
export interface Entered {
	readonly dir: string;
	readonly name: string;
	/** What `dir` listed after the create. Undefined, or without `name`, where the connection broke in between. */
	readonly names: readonly string[] | undefined;
	/** What the directory `other` listed right after that; undefined where it is missing or was not asked for. */
	readonly other: readonly string[] | undefined;
}

/** What `enterFresh` has asked for. */
export interface Fresh {
	/** Full paths of the nodes if they are made: a new directory numbers its nodes from 0. */
	readonly paths: readonly string[];
	/** False where the lock has a directory already, or cannot be made in one transaction for another reason. */
	readonly made: Promise<boolean>;
}

/**
 * The nodes of one acquire, from the first create request on: `leave` deletes them all, also those whose create is not
 * answered yet.
 */
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

	/**
	 * Makes the lock's directory and all our nodes in it, in one transaction, as the first contender for a lock that is in
	 * nobody's use: it holds the lock from that transaction on. Where the directory is there, nothing is made.
	 */
	enterFresh(layout: LockLayout, data: string): Fresh {
		this.#signal.throwIfAborted();
		const prefix = () => `_c_${crypto.randomUUID()}-`;
		const leases = `${this.#path}/leases`;
		const flat: NewNode = { dir: this.#path, prefix: `${prefix()}lock-`, data };
		const lease: NewNode = { dir: leases, prefix: `${prefix()}lease-`, data };
		const plan = [this.#path, ...(layout === "v2" ? [] : [flat]), ...(layout === "flat" ? [] : [leases, lease])];
		const nodes = plan.filter((part) => typeof part !== "string");
		const making = this.#session.createTogether(plan);
		const names = making.catch(() => undefined);
		for (const [at, { dir }] of nodes.entries()) {
			this.#creating.push(names.then((all) => all && `${dir}/${all[at]}`));
		}
		return {
			paths: nodes.map(({ dir, prefix: start }) => `${dir}/${start}0000000000`),
			made: orAborted(this.#signal, making).then((all) => all !== undefined),
		};
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
		return await orAborted(this.#signal, entering);
	}

	async #enter(dir: string, prefix: string, data: string, other?: string): Promise<Entered> {
		const session = this.#session;
		// Sent together: after a release the directory is usually gone.
		const attempt = (make: (path: string) => Promise<void>) =>
			Promise.all([
				make(dir),
				session.createOwn(dir, prefix, data),
				session.children(dir),
				other === undefined ? undefined : session.children(other),
			]);
		let [, name, names, others] = await attempt((path) => session.makeDirectory(path));
		while (name === undefined) {
			this.#signal.throwIfAborted();
			[, name, names, others] = await attempt((path) => session.makeDirectories(path));
		}
		return { dir, name, names, other: others };
	}

	/** Full paths of the nodes that were created and not dropped. */
	async paths(): Promise<string[]> {
		return (await Promise.all(this.#creating)).filter((path) => path !== undefined);
	}

	/** Deletes one node before the others. */
	async drop({ dir, name }: Entered): Promise<void> {
		const node = `${dir}/${name}`;
		await this.#session.remove(node);
		const paths = await Promise.all(this.#creating);
		this.#creating = this.#creating.filter((_, at) => paths[at] !== node);
	}

	/**
	 * Deletes the nodes, the last first, and, without being waited for, what is empty of the lock's own directories.
	 * Returns once the nodes are gone, or after two seconds without an answer: it then goes on in the background. They
	 * also go with the session, so that its loss is no error here.
	 */
	async leave(): Promise<void> {
		const late = () => new Fault("unreachable", `${this.#session.address} did not confirm that ${this.#path} is left`);
		const leaving = this.#leave();
		// Once it is late, its errors are ignored: the end of the session deletes the nodes.
		this.#session.later(leaving);
		try {
			await withDeadline(LEAVE_MS, leaving, late);
		} catch (error) {
			if (!isFault(error, "unreachable")) throw error;
		}
	}

	async #leave(): Promise<void> {
		const nodes = (await this.paths()).reverse();
		this.#creating = [];
		const both = nodes.length > 1 ? this.#session.removeTogether(nodes) : undefined;
		const deleted = both ?? this.#removeAll(nodes);
		this.#session.later(this.#tidy());
		// One of them was deleted by somebody else, or the answer to the transaction was lost.
		if ((await deleted) === false) await this.#removeAll(nodes);
	}

	/** Sent behind the deletes of our nodes. */
	async #tidy(): Promise<void> {
		const [leases, locks] = [`${this.#path}/leases`, `${this.#path}/locks`];
		// Here there is no other contender: with one, the lock's directory would have other children.
		if (await this.#session.removeTogether([leases, this.#path])) return;
		const others = await this.#session.children(locks);
		// A contender in the mutex is about to make a lease, and a Curator that finds `leases` gone twice gives up with an
		// error.
		if (others !== undefined && others.length > 0) return;
		await this.#removeAll([...(others === undefined ? [] : [locks]), leases, this.#path]);
	}

	/** "not-empty" and "absent" are normal here: others use the lock, or have cleared it already. */
	async #removeAll(paths: readonly string[]): Promise<void> {
		const results = await Promise.allSettled(paths.map((path) => this.#session.remove(path)));
		for (const result of results) {
			if (result.status === "rejected" && !this.#session.lost.aborted) throw result.reason;
		}
	}
}
