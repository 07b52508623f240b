import { setMaxListeners } from "node:events";
import type { DoctorLine } from "../../base/doctor-line.ts";
import { MemoryKeeper } from "../../base/garbage.ts";
import type { Log } from "../../base/log.ts";
import type { Secret } from "../../base/secret.ts";
import type { Config } from "../../config/config.ts";
import { createFaktoryQueue } from "../../servers/faktory/job-queue.ts";
import { openMongoToLook } from "../../servers/mongo/connection.ts";
import { Hub } from "../../web/hub.ts";
import { PageLogin } from "../../web/login.ts";
import { listen } from "../../web/server.ts";
import { Site } from "../../web/site.ts";
import { MongoBatchSources } from "./batch-sources.ts";
import type { ListenAddress } from "./listen-flag.ts";
import { lookSources } from "./look-sources.ts";
import { metricsOf } from "./metrics.ts";

/** One look is no place to ride out an outage. */
const LONGEST_LOOK_MS = 3000;
/** A server without a fitting index reads the whole collection for a list: somebody waits for it. */
const LIST_PATIENCE_MS = 15_000;

export interface SiteSettings {
	readonly config: Config;
	readonly odd: readonly DoctorLine[];
	readonly log: Log;
	readonly signal: AbortSignal;
	readonly unforeseen: (error: unknown) => void;
	readonly everyMs: number;
	readonly overdueMs: number;
	readonly version: string;
}

export interface ListenSettings {
	readonly address: ListenAddress;
	readonly basePath: string;
	readonly hosts: readonly string[];
	/** `user:password`; undefined where nobody need log in. */
	readonly secret: Secret | undefined;
}

/** Opens the servers and listens. Nothing is asked of a server before somebody reads. Throws a Fault "usage". */
export async function openSite(settings: SiteSettings, to: ListenSettings): Promise<AsyncDisposable & { url: string }> {
	const { config, odd, log, signal, unforeseen, everyMs, overdueMs, version } = settings;
	await using stack = new AsyncDisposableStack();
	// Every open page listens to it.
	setMaxListeners(0, signal);
	const limitMs = Math.min(LONGEST_LOOK_MS, everyMs);
	const memory = new MemoryKeeper();
	const keeping = { limitMs, unforeseen, stop: signal, memory };
	const mongo = config.mongo && stack.use(openMongoToLook(config.mongo, limitMs, log, signal));
	const lists = config.mongo && stack.use(openMongoToLook(config.mongo, LIST_PATIENCE_MS, log, signal));
	const queue =
		config.faktory &&
		stack.adopt(createFaktoryQueue(config.faktory, limitMs, log), (it) => Promise.resolve(it.close()));
	const sources = lookSources({ config, mongo, lists, queue, log, odd, overdueMs, signal }, stack);
	const hub = stack.adopt(new Hub(sources, { everyMs, ...keeping }), async (it) => it.close());
	const startedMs = Date.now();
	const site = new Site({
		...{ hub, keeping, log, everyMs, version, basePath: to.basePath },
		timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		batches: lists && new MongoBatchSources(lists, config),
		metrics: (look) => metricsOf(look, startedMs),
	});
	const { hostname, port } = to.address;
	const login = to.secret === undefined ? undefined : new PageLogin(to.secret);
	const guard = { hosts: to.hosts, login };
	const server = stack.use(listen(site, { hostname, port, basePath: to.basePath, guard, unforeseen, memory }));
	const opened = stack.move();
	return { url: server.url, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
