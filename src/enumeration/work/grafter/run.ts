import { roleFailureOf } from "../../../base/role-process.ts";
import { graftPages } from "../../tangles/job.ts";
import type { TangleFields } from "../../tangles/tangle.ts";
import type { GrafterAnswer, GrafterOrder } from "./messages.ts";

/** Tangles to a batch: a write of so many is large enough that round trips do not count. */
const BATCH = 1000;
/** Batches ahead of what was asked for. */
const AHEAD = 1;

/**
 * What a grafter does when its worker is gone and has left a job behind; `handBackTo` is what it was given for that.
 */
export type HandBack = (handBackTo: unknown, jid: string) => Promise<void>;

/**
 * Grafts what the worker asks for by the channel, until that breaks. Then hands back the job in work, and calls `exit`.
 */
export function runGrafter(handBack: HandBack, exit: () => void): void {
	let handBackTo: unknown;
	let held: string | undefined;
	let grafting: Iterator<TangleFields, void, undefined> | undefined;

	function send(answer: GrafterAnswer): void {
		process.send?.(answer);
	}

	function batch(): void {
		if (grafting === undefined) return;
		try {
			const tangles: TangleFields[] = [];
			let last = false;
			while (tangles.length < BATCH && !last) {
				const next = grafting.next();
				if (next.done === true) last = true;
				else tangles.push(next.value);
			}
			if (last) grafting = undefined;
			send({ is: "batch", tangles, last });
		} catch (error) {
			grafting = undefined;
			send(roleFailureOf(error));
		}
	}

	process.on("message", (order: GrafterOrder) => {
		if (order.do === "begin") handBackTo = order.handBackTo;
		else if (order.do === "hold") held = order.jid;
		else if (order.do === "release") held = undefined;
		else if (order.do === "more") batch();
		else {
			grafting = graftPages(order.rootstocks, order.scions);
			for (let sent = 0; sent <= AHEAD; sent += 1) batch();
		}
	});
	process.on("disconnect", () => {
		// A failure has nobody left to report it to: without it the server gives the job out again once its
		// reservation has ended.
		const done = held === undefined ? Promise.resolve() : handBack(handBackTo, held);
		done.then(exit, exit);
	});
	// Sent to a whole group by a terminal or a service manager. The worker decides when to stop.
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
}
