/** What became of a signal. */
export type Sent = "sent" | "gone" | "refused";

/** Sends a signal to a process, or to a group where `target` is negative. Throws only what is a bug of ours. */
export function sendSignal(target: number, signal: NodeJS.Signals | 0): Sent {
	try {
		process.kill(target, signal);
		return "sent";
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ESRCH") return "gone";
		if (code === "EPERM") return "refused";
		throw error;
	}
}
