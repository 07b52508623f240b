import { setWatches } from "./handshake.ts";
import type { Request, Watch, WatchKind } from "./request.ts";

/** Bytes of paths in one request, at most: a server closes the connection over a request of more than 1 MiB. */
const REQUEST_BYTES = 128 * 1024;

/**
 * The watches of a session. They outlive its connections: a server knows only the watches that were set on a connection
 * with it.
 */
export class Watches {
	readonly #waiting: Record<WatchKind, Map<string, Set<() => void>>> = { data: new Map(), children: new Map() };

	add({ kind, path, changed }: Watch): void {
		const waiting = this.#waiting[kind].get(path);
		if (waiting === undefined) this.#waiting[kind].set(path, new Set([changed]));
		else waiting.add(changed);
	}

	/** Ends the watches for `path` of these kinds, and calls back. */
	fire(path: string, kinds: readonly WatchKind[]): void {
		for (const kind of kinds) {
			const waiting = this.#waiting[kind].get(path) ?? [];
			this.#waiting[kind].delete(path);
			for (const changed of waiting) changed();
		}
	}

	/** The requests that set all watches on a new connection, where `zxid` is the last transaction that we know of. */
	requests(zxid: bigint): Request<undefined>[] {
		const requests: Request<undefined>[] = [];
		let data: string[] = [];
		let children: string[] = [];
		let size = 0;
		const flush = () => {
			if (size > 0) requests.push(setWatches(zxid, data, children));
			[data, children, size] = [[], [], 0];
		};
		const collect = (kind: WatchKind, path: string) => {
			(kind === "data" ? data : children).push(path);
			size += path.length;
			if (size >= REQUEST_BYTES) flush();
		};
		for (const path of this.#waiting.data.keys()) collect("data", path);
		for (const path of this.#waiting.children.keys()) collect("children", path);
		flush();
		return requests;
	}
}
