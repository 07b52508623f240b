import type { Log } from "../../../base/log.ts";
import { roleFailureOf } from "../../../base/role-process.ts";
import { type ExamineTask, OwnExaminer, type TangleSource } from "../examine.ts";
import type { ExaminerAnswer, ExaminerOrder } from "./messages.ts";

/** Batches ahead of what was asked for. */
const AHEAD = 2;

/** Looks at what the run gives it by the channel, until that breaks: then it calls `exit`. */
export function runExaminer(open: (source: unknown, log: Log) => TangleSource, exit: () => void): void {
	let examiner: OwnExaminer | undefined;
	let room = AHEAD;
	let hasRoom = () => {};

	const send = (answer: ExaminerAnswer) => void process.send?.(answer);
	const line = (level: "debug" | "info" | "warn" | "error") => (message: string) =>
		send({ is: "line", level, message });
	const log: Log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };

	async function examine(task: ExamineTask): Promise<void> {
		if (examiner === undefined) throw new Error("an examiner was asked before it began");
		for await (const examined of examiner.examine(task)) {
			send({ is: "batch", examined });
			room -= 1;
			if (room === 0) await new Promise<void>((resolve) => (hasRoom = resolve));
		}
	}

	process.on("message", (order: ExaminerOrder) => {
		if (order.do === "begin") examiner = new OwnExaminer(open(order.source, log));
		else if (order.do === "more") {
			room += 1;
			hasRoom();
		} else {
			examine(order.task).then(
				() => send({ is: "done" }),
				(error: unknown) => send(roleFailureOf(error)),
			);
		}
	});
	process.on("disconnect", exit);
	// Sent to a whole group by a terminal or a service manager. The run decides when to stop.
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
}
