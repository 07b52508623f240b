import { ptr } from "bun:ffi";
import { closeSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { cLibrary } from "../../src/base/c-library.ts";

/** socket(2), for both processors */
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

const { socketpair } = cLibrary({ socketpair: { args: ["int", "int", "int", "ptr"], returns: "int" } });

/**
 * A child's stdout or stderr. The runtime's own "pipe" is the same pair of sockets, but its reader stopped about once in
 * twenty runs on a busy host, with bytes in the socket that were never read. Why is not known; a socket's reader is
 * another one.
 */
export class OutputPair {
	/** For the child. */
	readonly childEnd: number;
	readonly ourEnd: Socket;

	constructor() {
		const ends = new Int32Array(2);
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ptr(ends)) !== 0) throw new Error("no socketpair");
		const [ours = -1, its = -1] = ends;
		this.childEnd = its;
		// The runtime takes a descriptor here, as Node does for a child's further streams; their types leave it out.
		this.ourEnd = connect({ fd: ours } as unknown as { path: string });
	}

	/** To be called once the child has its end: ours ends when no process has it any more. */
	given(): void {
		closeSync(this.childEnd);
	}
}
