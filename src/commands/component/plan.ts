import { Fault } from "../../base/fault.ts";
import type { Context } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { passedOverFault } from "../../line/component/passed-over.ts";
import { planRun, type RunPlan } from "../../line/component/plan.ts";
import type { Component } from "../../line/component/ports.ts";
import { RunLimit } from "../../line/component/run-limit.ts";
import type { Procedure } from "../../line/component/station.ts";
import { tryLock } from "../../line/component/try-lock.ts";
import { acquire } from "../../locks/acquire.ts";
import { InMemoryEnsemble } from "../../locks/in-memory.ts";
import { inspectLock, sayHolders } from "../../locks/inspect-lock.ts";
import type { Session } from "../../locks/ports.ts";
import { withSession } from "../locks/with-session.ts";
import { batchLockPath, sboiLockPath } from "./paths.ts";

/** Who holds the lock at `path`, for people; undefined where nobody does. */
async function holderOf(session: Session, path: string): Promise<string | undefined> {
	const view = await inspectLock(session, path);
	return view === undefined || view.holders.length === 0 ? undefined : sayHolders(view);
}

function planText({ batches, left_out, component, locked }: RunPlan & { readonly locked: string }): string {
	const rows = batches.map((it) => [it.batch, it.would, it.why]);
	const more = left_out === 0 ? "" : `\n... and ${left_out} more that are not ready`;
	const held = locked === "" ? "" : `\n${sboiLockPath(component)} ${locked}`;
	return `${table(["batch", "would", "why"], rows)}${more}${held}`;
}

/** `--dry-run`: what a run would take now, and why not the others. Its locks are nodes of a ZooKeeper in memory. */
export async function showPlan(
	context: Pick<Context<Record<never, never>>, "config" | "out" | "log" | "signal">,
	{ store, component, procedure }: { store: BatchStore; component: Component; procedure: Procedure },
): Promise<void> {
	const { name } = component;
	await withSession(context, async (session) => {
		const signal = AbortSignal.any([context.signal, session.lost]);
		const inMemory = new InMemoryEnsemble().open();
		const take = (path: string) => acquire(inMemory, path, { layout: "flat", waitMs: 0, data: "", signal });
		const lockBatch = (id: string) =>
			tryLock(
				async () => {
					const path = batchLockPath(name, id);
					const holder = await holderOf(session, path);
					if (holder !== undefined) throw new Fault("locked", holder);
					return await take(path);
				},
				() => session.lost.aborted || context.signal.aborted,
			);
		const own = await take(sboiLockPath(name));
		// What a run takes is planned, not how long its work takes.
		const limit = new RunLimit(undefined);
		const tools = { store, component, lockBatch, sboiLock: own, limit, signal };
		const { plan, passedOver } = await planRun(tools, procedure);
		const locked = (await holderOf(session, sboiLockPath(name))) ?? "";
		context.out.document({ ...plan, locked }, planText);
		if (passedOver.length === 0) return;
		for (const { batch, fault } of passedOver) context.log.error(`${batch}: ${fault.hint ?? fault.message}`);
		throw passedOverFault(passedOver);
	});
}
