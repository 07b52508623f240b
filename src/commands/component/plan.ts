import type { Context } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";
import type { BatchStore } from "../../line/batches/ports.ts";
import { passedOverFault } from "../../line/component/passed-over.ts";
import { type Plan, planRun } from "../../line/component/plan.ts";
import type { Component } from "../../line/component/ports.ts";
import { inspectLock, sayHolders } from "../../locks/inspect-lock.ts";
import type { Session } from "../../locks/ports.ts";
import { withSession } from "../locks/with-session.ts";
import { batchLock, sboiLock } from "./paths.ts";

/** Who holds the lock at `path`, for people; undefined where nobody does. */
async function holderOf(session: Session, path: string): Promise<string | undefined> {
	const view = await inspectLock(session, path);
	return view === undefined || view.holders.length === 0 ? undefined : sayHolders(view);
}

function planText({ batches, left_out, component, locked }: Plan & { readonly locked: string }): string {
	const rows = batches.map((it) => [it.batch, it.would, it.why]);
	const more = left_out === 0 ? "" : `\n... and ${left_out} more that are not ready`;
	const held = locked === "" ? "" : `\n${sboiLock(component)} ${locked}`;
	return `${table(["batch", "would", "why"], rows)}${more}${held}`;
}

/** `--dry-run`: what a run would take now, and why not the others. */
export async function showPlan(
	context: Pick<Context<Record<never, never>>, "config" | "out" | "log" | "signal">,
	store: BatchStore,
	component: Component,
	room: number,
): Promise<void> {
	const { name } = component;
	await withSession(context, async (session) => {
		const signal = AbortSignal.any([context.signal, session.lost]);
		const heldBy = (id: string) => holderOf(session, batchLock(name, id));
		const { plan, passedOver } = await planRun({ store, component, room, heldBy, signal });
		const locked = (await holderOf(session, sboiLock(name))) ?? "";
		context.out.document({ ...plan, locked }, planText);
		if (passedOver.length === 0) return;
		for (const { batch, fault } of passedOver) context.log.error(`${batch}: ${fault.hint ?? fault.message}`);
		throw passedOverFault(passedOver);
	});
}
