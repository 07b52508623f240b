import { Fault } from "../base/fault.ts";

/** Turns SIGINT and SIGTERM into an abort; the second signal of a run calls `second` at once. */
export function abortOnSignals(second: (kind: "interrupt" | "terminate") => void): AbortController {
	const controller = new AbortController();
	const handle = (kind: "interrupt" | "terminate", name: string) => () => {
		if (controller.signal.aborted) return second(kind);
		controller.abort(new Fault(kind, `stopped by ${name}; everything is left resumable`));
	};
	process.on("SIGINT", handle("interrupt", "SIGINT"));
	process.on("SIGTERM", handle("terminate", "SIGTERM"));
	return controller;
}
