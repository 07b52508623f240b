import { messageOf } from "../../base/fault.ts";
import type { Context } from "../../cli/command.ts";
import type { ZookeeperConfig } from "../../config/config.ts";
import { isBatch } from "../../line/batches/malformed.ts";
import { heldSince } from "../../line/batches/selection.ts";
import { childWorker } from "../../line/component/child-worker.ts";
import type { ComponentEvent } from "../../line/component/events.ts";
import type { Component } from "../../line/component/ports.ts";
import { RunLimit } from "../../line/component/run-limit.ts";
import { mostTaken, type Procedure, runStation } from "../../line/component/station.ts";
import { tryLock } from "../../line/component/try-lock.ts";
import { noteRun } from "../../line/stations/note-run.ts";
import { acquire } from "../../locks/acquire.ts";
import { layerHere } from "../../locks/supervise/layer.ts";
import { SupervisorPool } from "../../locks/supervise/supervisor-pool.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { combineReporters } from "../shared/combine-reporters.ts";
import { takeOrSkip } from "../shared/lock-flags.ts";
import { thisHolder } from "../shared/lock-holder.ts";
import { openMetrics } from "../shared/metrics/metrics-file.ts";
import { observeComponent, observeLock } from "../shared/metrics/observe.ts";
import { joinLine } from "./join-line.ts";
import { batchLockPath, sboiLockPath } from "./paths.ts";
import { openReportFolder } from "./report-folder.ts";
import { createComponentReporter } from "./reporter.ts";

interface Run {
	readonly mongo: Mongo;
	/** Of the batches. */
	readonly collection: string;
	readonly component: Component;
	/** Program and arguments. */
	readonly work: readonly string[];
	readonly zookeeper: ZookeeperConfig;
	readonly procedure: Procedure;
	/** How long to wait for the component's lock. */
	readonly waitMs: number;
	readonly skip: boolean;
	/** Path of the metrics file. */
	readonly file: string | undefined;
}

/**
 * One run: takes the component's lock `/SBOI/<component>`, then everything else under it. Throws what the run ends
 * with.
 */
export async function runComponent(context: Context<Record<never, never>>, run: Run): Promise<void> {
	const { log, signal, version, env, lineLog, out } = context;
	const { mongo, collection, component, work: command, zookeeper, procedure, waitMs, skip, file } = run;
	const { lockLayout: layout } = zookeeper;
	const { name } = component;
	const limit = new RunLimit(component.maxRunMs);
	const contained = layerHere();
	const data = (of: { batch?: string }) =>
		thisHolder("component", version, layout, { component: name, contained, ...of });
	await using opened = new AsyncDisposableStack();
	const metrics = opened.adopt(await openMetrics(file, "component", log), (it) => it.end());
	const emit = combineReporters(createComponentReporter(out, context.logAbout), observeComponent(metrics, name));
	// MongoDB's greeting takes no longer than ZooKeeper's and the lock.
	mongo.begin();
	const taken = await takeOrSkip(context, zookeeper, sboiLockPath(name), {
		waitMs: Math.min(waitMs, Math.ceil(limit.leftMs)),
		...{ skip, data: data({}) },
	});
	if (taken === undefined) return;
	const { session, lock: sboiLock } = opened.adopt(taken, (it) => it.end());
	opened.defer(observeLock(metrics, sboiLock));
	const { path: folder } = opened.use(await openReportFolder(log));
	const works = mostTaken(component, procedure);
	const pool = { works, atOnce: Math.min(works, component.maxThreads), logForm: context.logForm };
	const supervisors = opened.use(SupervisorPool.forWorks(pool));
	const lockBatch = async (batch: string) => {
		// Its start takes about as long as taking the batch does; a run with nothing to do starts none.
		supervisors.prepare();
		const options = { layout, waitMs: 0, data: data({ batch }), signal };
		const hasEnded = () => session.lost.aborted || signal.aborted;
		return await tryLock(() => acquire(session, batchLockPath(name, batch), options), hasEnded);
	};
	const { directory, store, run: begun } = await joinLine({ mongo, collection, component, emit, signal });
	const worker = childWorker({
		...{ component, command, env, folder, supervisors, log, lineLog },
		roundTrips: async (batchId, stop) => await store.roundTrips(batchId, stop),
	});
	if (file !== undefined) {
		// For the metrics file alone: without one a run has one query less.
		const { batches } = await store.ready(component, 1, undefined, signal);
		const waits = batches.filter(isBatch).map((batch) => Date.now() - heldSince(batch, component).getTime());
		metrics.set("tangles_batches_oldest_ready_seconds", Math.max(0, ...waits) / 1000, { component: name });
	}
	const work = async (began: () => void) => {
		const noting = (event: ComponentEvent) => {
			emit(event);
			if (event.event === "taken") began();
		};
		await runStation({ component, store, worker, lockBatch, sboiLock, limit, emit: noting, signal }, procedure);
	};
	await noteRun(directory, begun, work, (error) => log.warn(`the run is not noted: ${messageOf(error)}`));
}
