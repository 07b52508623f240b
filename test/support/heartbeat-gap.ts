import type { ZookeeperProxy } from "./zookeeper-proxy.ts";

/**
 * The largest time between two requests of the run's session, heartbeats among them, in ms; from the first request on.
 */
export class HeartbeatGap {
	#last: number | undefined;
	#largest = 0;

	constructor(proxy: ZookeeperProxy) {
		proxy.onRequest = () => {
			const now = performance.now();
			if (this.#last !== undefined) this.#largest = Math.max(this.#largest, now - this.#last);
			this.#last = now;
		};
	}

	get largestMs(): number {
		return Math.round(this.#largest);
	}
}
