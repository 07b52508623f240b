import type { Context } from "../../cli/command.ts";
import type { ZookeeperConfig } from "../../config/config.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { childWorker } from "../../line/component/child-worker.ts";
import type { Component } from "../../line/component/ports.ts";
import { mostTaken, type Procedure, runStation } from "../../line/component/station.ts";
import { tryLock } from "../../line/component/try-lock.ts";
import { acquire } from "../../locks/acquire.ts";
import { layerHere } from "../../locks/supervise/layer.ts";
import { SupervisorPool } from "../../locks/supervise/supervisor-pool.ts";
import { combineReporters } from "../shared/combine-reporters.ts";
import { takeOrSkip } from "../shared/lock-flags.ts";
import { thisHolder } from "../shared/lock-holder.ts";
import { openMetrics } from "../shared/metrics/metrics-file.ts";
import { observeComponent, observeLock } from "../shared/metrics/observe.ts";
import { batchLockPath, sboiLockPath } from "./paths.ts";
import { openReportFolder } from "./report-folder.ts";
import { createComponentReporter } from "./reporter.ts";

interface Run {
	readonly store: BatchStore;
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
	const { store, component, work, zookeeper, procedure, waitMs, skip, file } = run;
	const { lockLayout: layout } = zookeeper;
	const { name } = component;
	const contained = layerHere();
	const data = (of: { batch?: string }) =>
		thisHolder("component", version, layout, { component: name, contained, ...of });
	await using opened = new AsyncDisposableStack();
	const metrics = opened.adopt(await openMetrics(file, "component", log), (it) => it.end());
	const emit = combineReporters(createComponentReporter(out, log), observeComponent(metrics, name));
	const taken = await takeOrSkip(context, zookeeper, sboiLockPath(name), { waitMs, skip, data: data({}) });
	if (taken === undefined) return;
	const { session, lock: sboiLock } = opened.adopt(taken, (it) => it.end());
	opened.defer(observeLock(metrics, sboiLock));
	const { path: folder } = opened.use(await openReportFolder(log));
	const works = mostTaken(component, procedure);
	const pool = { works, atOnce: Math.min(works, component.maxThreads) };
	const supervisors = opened.use(SupervisorPool.forWorks(pool));
	const lockBatch = async (batch: string) => {
		// Its start takes about as long as taking the batch does; a run with nothing to do starts none.
		supervisors.prepare();
		const options = { layout, waitMs: 0, data: data({ batch }), signal };
		const hasEnded = () => session.lost.aborted || signal.aborted;
		return await tryLock(() => acquire(session, batchLockPath(name, batch), options), hasEnded);
	};
	const worker = childWorker({ component, command: work, env, folder, supervisors, log, lineLog });
	await runStation({ component, store, worker, lockBatch, sboiLock, emit, signal }, procedure);
}
