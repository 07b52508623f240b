import type { DoctorLine } from "../../base/doctor-line.ts";
import type { Log } from "../../base/log.ts";
import type { Config, ZookeeperConfig } from "../../config/config.ts";
import { sizesOfTcns, type TcnSizes } from "../../enumeration/plan/forecast.ts";
import { type Stencil, shownState } from "../../enumeration/stencils/ports.ts";
import { type LockView, waitersOf } from "../../locks/inspect-lock.ts";
import { countLocks } from "../../locks/lock-counts.ts";
import type { Session } from "../../locks/ports.ts";
import { scanLocks } from "../../locks/scan-locks.ts";
import type { FaktoryQueue } from "../../servers/faktory/job-queue.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import type { ManyWaiting } from "../../servers/mongo/station-counts.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { secondsOfTcn } from "../../servers/mongo/tangle-times.ts";
import { openSession } from "../../servers/zookeeper/connect.ts";
import type { EnumerationView, LockQueue, LocksView, TriangleStencil } from "../../web/look.ts";
import type { LookSources } from "../../web/sources.ts";
import { configLines } from "../doctor/config-part.ts";
import { containmentLine } from "../doctor/containment-part.ts";
import { examine } from "../doctor/examine.ts";
import { hostLines } from "../doctor/host-part.ts";
import { queueStatus } from "../status/collect-status.ts";
import { lineStatus } from "../status/line-part.ts";
import { enumerationStatus } from "../status/status.ts";
import { overdueAt } from "./overdue.ts";

const CONNECT_MS = 3000;
const MOST_QUEUES = 20;
const MOST_NAMED_EACH = 10;

/** What `serve` has open for as long as it runs. */
export interface Opened {
	readonly config: Config;
	readonly mongo: Mongo | undefined;
	/** The same database with more patience, for lists. */
	readonly lists: Mongo | undefined;
	readonly queue: FaktoryQueue | undefined;
	readonly log: Log;
	/** Lines that the reading of the config gave. */
	readonly odd: readonly DoctorLine[];
	/** A batch that waits at a station for longer is overdue, ms. */
	readonly overdueMs: number;
	readonly signal: AbortSignal;
}

function triangleOf(stencil: Stencil): TriangleStencil {
	const { rootstockTcn, scionTcn, tcn, progress } = stencil;
	const jobs = progress === undefined ? {} : { pushed: progress.pushed, total: progress.total };
	return { rootstock_tcn: rootstockTcn, scion_tcn: scionTcn, tcn, state: shownState(stencil), ...jobs };
}

/** The enumeration with the figures of each TCN; how long a complete TCN took is asked once. */
class EnumerationSource {
	readonly #mongo: Mongo;
	readonly #config: Config;
	readonly #seconds = new Map<number, number | null>();
	/** Calculated again only where the last TCN has changed. */
	#sizes: readonly TcnSizes[] = [];

	constructor(mongo: Mongo, config: Config) {
		this.#mongo = mongo;
		this.#config = config;
	}

	async view(): Promise<EnumerationView | null> {
		const { tangles, faktory } = this.#config;
		const store = new MongoStencilReader(this.#mongo, tangles.stencilCollection);
		const stencils = await store.stencils();
		// A site may have the components alone.
		if (faktory === undefined && stencils.length === 0) return null;
		const enumeration = await store.enumeration();
		const { completedTcn, maxTcn } = enumeration;
		for (let tcn = 2; tcn <= completedTcn; tcn += 1) {
			if (this.#seconds.has(tcn)) continue;
			this.#seconds.set(tcn, await secondsOfTcn(this.#mongo, tangles.tangleCollection, tcn));
		}
		if (this.#sizes.at(-1)?.tcn !== maxTcn) this.#sizes = sizesOfTcns(maxTcn, tangles.pageSize);
		const figures = this.#sizes.map((row) => ({
			...{ tcn: row.tcn, jobs: row.jobs, tangles: row.tangles, good: row.good },
			seconds: row.tcn <= completedTcn ? (this.#seconds.get(row.tcn) ?? null) : null,
		}));
		return { ...enumerationStatus(enumeration, stencils), stencils: stencils.map(triangleOf), figures };
	}
}

/** Who waits for the locks for which most do: a look must not read every node of thousands of contenders. */
async function queuesOf({ bulk }: Session, locks: readonly LockView[]): Promise<LockQueue[]> {
	const awaited = locks.filter(({ waiting }) => waiting > 0).toSorted((a, b) => b.waiting - a.waiting);
	return await Promise.all(
		awaited
			.slice(0, MOST_QUEUES)
			.map(async ({ path }) => ({ path, waiting: await waitersOf(bulk, path, MOST_NAMED_EACH) })),
	);
}

/** The locks, by one session that lasts from look to look; a new one where it is lost, or a look failed. */
class LocksSource implements AsyncDisposable {
	readonly #config: ZookeeperConfig;
	#session: Session | undefined;

	constructor(config: ZookeeperConfig) {
		this.#config = config;
	}

	async view(signal: AbortSignal): Promise<LocksView> {
		if (this.#session?.lost.aborted === true) await this[Symbol.asyncDispose]();
		this.#session ??= await openSession(this.#config, signal, CONNECT_MS);
		const session = this.#session;
		// What was asked of a mute server is given up with its session.
		const giveUp = () => void this[Symbol.asyncDispose]();
		signal.addEventListener("abort", giveUp, { once: true });
		try {
			const scan = await scanLocks(session, "/");
			const queues = await queuesOf(session, scan.locks);
			return { root: "/", locks: scan.locks, not_readable: scan.notReadable, counts: countLocks(scan), queues };
		} catch (error) {
			await this[Symbol.asyncDispose]();
			throw error;
		} finally {
			signal.removeEventListener("abort", giveUp);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const session = this.#session;
		this.#session = undefined;
		await session?.close();
	}
}

/** What is asked of the servers at each look; what it opens is given to `stack`. */
export function lookSources(opened: Opened, stack: AsyncDisposableStack): LookSources {
	const { config, mongo, lists, queue, log, odd, overdueMs, signal } = opened;
	const { faktory } = config;
	const enumeration = mongo && new EnumerationSource(mongo, config);
	const many: ManyWaiting = new Map();
	const locks = config.zookeeper && stack.use(new LocksSource(config.zookeeper));
	return {
		enumeration: enumeration && (() => enumeration.view()),
		queue: queue && faktory && ((asked) => queueStatus(faktory, queue, asked)),
		locks: locks && ((asked) => locks.view(asked)),
		line: mongo && (() => lineStatus(mongo, config, { many })),
		findings: async () => {
			const servers = await examine(config, { log, signal, tryRights: false });
			const lines = [...hostLines(), ...configLines(config), ...odd, containmentLine(), ...servers];
			const count = (state: DoctorLine["state"]) => lines.filter((line) => line.state === state).length;
			return { failed: count("fail"), warned: count("warn"), lines };
		},
		overdue: lists && ((asked) => overdueAt({ mongo: lists, config, overdueMs }, asked)),
	};
}
