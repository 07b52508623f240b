import type { Hub } from "./hub.ts";

/** A line that proxies pass on, so that they do not take the stream for dead. */
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 3000;

/** A stream of events that only says that there is a new look: the page then asks for itself again. */
export function liveStream(hub: Hub, stop: AbortSignal, heartbeatMs = HEARTBEAT_MS): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let unsubscribe: (() => void) | undefined;
	let wake: (() => void) | undefined;
	let number: number | undefined;
	const end = () => {
		unsubscribe?.();
		stop.removeEventListener("abort", end);
		wake?.();
	};
	/** Resolves with the next change, or at the time of a heartbeat. */
	const change = async () => {
		if (number !== undefined || stop.aborted) return;
		const { promise, resolve } = Promise.withResolvers<void>();
		wake = resolve;
		const timer = setTimeout(resolve, heartbeatMs);
		await promise;
		clearTimeout(timer);
		wake = undefined;
	};
	return new ReadableStream<Uint8Array>(
		{
			// Called when the reader has taken what came before: a slow one misses changes and never makes a queue grow.
			pull: async (controller) => {
				let text = ": nothing new\n\n";
				if (unsubscribe === undefined) {
					stop.addEventListener("abort", end);
					unsubscribe = hub.subscribe((look) => {
						number = look.number;
						wake?.();
					});
					text = `retry: ${RETRY_MS}\n\n`;
				} else {
					await change();
					if (stop.aborted) return controller.close();
					if (number !== undefined) text = `id: ${number}\nevent: look\ndata: {"number":${number}}\n\n`;
					number = undefined;
				}
				controller.enqueue(encoder.encode(text));
			},
			cancel: end,
		},
		{ highWaterMark: 0 },
	);
}
