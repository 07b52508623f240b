import { orAborted, sleep } from "../../base/deadline.ts";
import { Fault } from "../../base/fault.ts";
import type { Session } from "../../locks/ports.ts";
import { LiveSession, type SessionOptions } from "./session.ts";
import { treeOf } from "./tree.ts";

/** How long the servers are tried, in ms, at most. */
const CONNECT_MS = 10_000;

/**
 * Opens a session with the configured servers. Rejects with a fault of kind "unreachable" when none has answered within
 * `timeoutMs` (10 s, or twice the session time-out where that is shorter), at once with one of kind "config" when the
 * TLS of every server has a fault, or "refused" for the login; and with the signal's reason when it aborts.
 */
export async function openSession(
	config: SessionOptions,
	signal: AbortSignal,
	timeoutMs: number = Math.min(CONNECT_MS, 2 * config.sessionTimeoutMs),
): Promise<Session> {
	signal.throwIfAborted();
	const session = new LiveSession(config);
	const done = new AbortController();
	const late = async () => {
		await sleep(timeoutMs, done.signal);
		const trouble = session.trouble ?? "no connection";
		throw new Fault(
			"unreachable",
			`ZooKeeper ${config.connect} did not answer within ${timeoutMs / 1000} s: ${trouble}`,
			{
				hint: "is it running, and is zookeeper-connection-info.connect (or TANGLES_ZOOKEEPER) its address?",
			},
		);
	};
	const probe = session.prove();
	const lateness = late();
	try {
		await orAborted(signal, Promise.race([probe, lateness]));
		return treeOf(session, config.auth !== undefined || config.tls?.cert !== undefined);
	} catch (error) {
		await session.close();
		throw error;
	} finally {
		done.abort(new Error("connected"));
		await Promise.allSettled([lateness, probe]);
	}
}
