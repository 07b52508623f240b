import { Fault } from "../base/fault.ts";
import type { Attempt } from "./attempt.ts";
import { enter, leave, reachAlone, reachFront } from "./attempt.ts";
import { checkLockPath } from "./names.ts";
import type { Session } from "./ports.ts";

export interface AcquireOptions {
	readonly layout: "both" | "flat" | "v2";
	/** How long to wait in all, in ms; 0 is a real try. */
	readonly waitMs: number;
	/** What the nodes hold: one JSON object, see design 5. */
	readonly data: string;
	readonly signal: AbortSignal;
}

/** A lock as acquired. */
export interface Held {
	readonly path: string;
	/** Only grows, from holder to holder: czxid of the node created last, in decimal. */
	readonly token: string;
	/** Aborts with a `Fault` of kind "lost" when the session is lost or a node of ours was deleted. */
	readonly lost: AbortSignal;
	/** Deletes our nodes, the last first, and what is empty of the lock's own directories. */
	release(): Promise<void>;
}

/**
 * Takes the lock at `path`: flat, then v2 (lock-layout.md, 1). Throws a fault of kind "locked" past the wait, the signal's
 * reason on abort, "usage" for an illegal path; in every case no node of ours stays.
 */
export async function acquire(session: Session, path: string, options: AcquireOptions): Promise<Held> {
	checkLockPath(path);
	const attempt: Attempt = {
		session,
		path,
		data: options.data,
		deadline: performance.now() + options.waitMs,
		signal: AbortSignal.any([options.signal, session.lost]),
	};
	const own: string[] = [];
	const put = async (dir: string, kind: "lock-" | "lease-") => {
		const name = await enter(attempt, dir, kind);
		own.unshift(`${dir}/${name}`);
		return name;
	};
	const clear = async () => {
		await leave(session, own);
		if (session.lost.aborted) return;
		// "not-empty" and "absent" are normal here: others use the lock, or have cleared it already.
		await leave(session, [`${path}/locks`, `${path}/leases`, path]);
	};
	try {
		if (options.layout !== "v2") await reachFront(attempt, path, await put(path, "lock-"));
		if (options.layout !== "flat") {
			await reachFront(attempt, `${path}/locks`, await put(`${path}/locks`, "lock-"));
			const mutex = own[0];
			await reachAlone(attempt, `${path}/leases`, await put(`${path}/leases`, "lease-"));
			if (mutex !== undefined) {
				await leave(session, [mutex]);
				own.splice(own.indexOf(mutex), 1);
			}
		}
		return await hold(session, path, own, clear);
	} catch (error) {
		await clear();
		throw error;
	}
}

/** Watches every node of the lock from now on, and checks that each belongs to this session and not to an earlier one. */
async function hold(session: Session, path: string, own: readonly string[], clear: () => Promise<void>): Promise<Held> {
	const lost = new AbortController();
	let released = false;
	const lose = (why: string, cause?: unknown) => {
		if (!released) lost.abort(new Fault("lost", `the lock ${path} was lost: ${why}`, { cause }));
	};
	const check = async () => {
		const nodes = await Promise.all(own.map((node) => session.read(node, () => void again())));
		if (nodes.some((node) => node === undefined)) lose("its node was deleted");
		else if (nodes.some((node) => node?.owner !== session.id)) lose("its node belongs to another session");
		return nodes[0]?.czxid;
	};
	const again = async () => {
		if (released || lost.signal.aborted) return;
		try {
			await check();
		} catch (error) {
			lose("its node could not be read", error);
		}
	};
	const sessionLost = () => lose("the session is gone", session.lost.reason);
	session.lost.addEventListener("abort", sessionLost, { once: true });
	const token = await check();
	lost.signal.throwIfAborted();
	return {
		path,
		token: String(token),
		lost: lost.signal,
		release: async () => {
			released = true;
			session.lost.removeEventListener("abort", sessionLost);
			await clear();
		},
	};
}
