import { messageOf } from "../../base/fault.ts";
import type { Log } from "../../base/log.ts";
import type { Config, FaktoryConfig } from "../../config/config.ts";
import type { QueueDocument } from "../../enumeration/stencils/documents.ts";
import { countLocks } from "../../locks/lock-counts.ts";
import { type LockScan, scanLocks } from "../../locks/scan-locks.ts";
import { createFaktoryQueue, type FaktoryQueue } from "../../servers/faktory/job-queue.ts";
import { resumeHint } from "../../servers/faktory/pause.ts";
import { type Mongo, openMongoToLook } from "../../servers/mongo/connection.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import { lineStatus } from "./line-part.ts";
import { enumerationStatus, type Status } from "./status.ts";

/** One look is no place to ride out an outage. */
const PATIENCE_MS = 3000;

interface Looked<T> {
	readonly value: T | null;
	readonly failure?: { readonly part: string; readonly error: unknown };
}

async function part<T>(name: string, look: (() => Promise<T>) | undefined): Promise<Looked<T>> {
	if (look === undefined) return { value: null };
	try {
		return { value: await look() };
	} catch (error) {
		return { value: null, failure: { part: name, error } };
	}
}

async function locksOf(zookeeper: NonNullable<Config["zookeeper"]>, signal: AbortSignal): Promise<LockScan> {
	const session = await openSession(zookeeper, signal, PATIENCE_MS);
	try {
		return await scanLocks(session, "/");
	} finally {
		await session.close();
	}
}

/** The queue's counts, and what resumes it where it is paused. */
export async function queueStatus(
	config: FaktoryConfig,
	queue: FaktoryQueue,
	signal: AbortSignal,
): Promise<QueueDocument> {
	const { oldestSeconds, ...counts } = await queue.look(signal);
	const paused = await queue.paused(signal);
	const resume = paused === "no" ? {} : { resume: resumeHint(config) };
	return { name: queue.name, ...counts, oldest_seconds: oldestSeconds, paused, ...resume };
}

/** Asks all configured servers at once; a server that fails is part of the status, and hides nothing else. */
export async function collectStatus(
	config: Config,
	log: Log,
	signal: AbortSignal,
): Promise<{ status: Status; failures: unknown[] }> {
	const { mongo: server, faktory, zookeeper } = config;
	const mongo: Mongo | undefined = server && openMongoToLook(server, PATIENCE_MS, log, signal);
	const queue = faktory && createFaktoryQueue(faktory, PATIENCE_MS, log);
	try {
		const locksLook = part("locks", zookeeper && (() => locksOf(zookeeper, signal)));
		const [enumeration, counts, locks, line] = await Promise.all([
			part(
				"enumeration",
				mongo &&
					(async () => {
						const store = new MongoStencilReader(mongo, config.tangles.stencilCollection);
						const stencils = await store.stencils();
						// A site may have the components alone.
						if (faktory === undefined && stencils.length === 0) return null;
						return enumerationStatus(await store.enumeration(), stencils);
					}),
			),
			part("queue", faktory && queue && (() => queueStatus(faktory, queue, signal))),
			locksLook,
			part(
				"line",
				mongo &&
					(async () => {
						const views = (await locksLook).value?.locks ?? [];
						return await lineStatus(mongo, config, { locks: views });
					}),
			),
		]);
		// Of a component with a fault in its config nothing is known.
		const unknown = [...config.componentFaults.values()].map((error) => ({ part: "line", error }));
		const failures = [enumeration, counts, locks, line].flatMap(({ failure }) => failure ?? []).concat(unknown);
		const status = {
			time: new Date().toISOString(),
			enumeration: enumeration.value,
			queue: counts.value,
			locks: locks.value === null ? null : countLocks(locks.value),
			line: line.value,
			errors: failures.map(({ part: name, error }) => ({ part: name, error: messageOf(error) })),
		};
		return { status, failures: failures.map(({ error }) => error) };
	} finally {
		queue?.close();
		await mongo?.close();
	}
}
