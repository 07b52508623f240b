import { connect, type Socket } from "node:net";
import { messageOf } from "../../base/fault.ts";
import type { TlsFiles } from "../../config/values/tls-files.ts";
import { onlySpeaksTls, speaksPlainly, type TlsFault, type TlsWords, tlsFaultOf } from "../tls/faults.ts";
import { type Peer, type PeerWait, speaksTls, tlsOptions } from "../tls/peer.ts";

const SECTION = "zookeeper-connection-info";

/** Why a connection ended. */
export interface Trouble {
	readonly text: string;
	/** True where the server took the connection and said nothing that is understood. */
	readonly isMute?: boolean;
	/** Where the TLS of either side has to be set right. */
	readonly tls?: TlsFault | undefined;
}

function words(files: TlsFiles | undefined): TlsWords {
	return {
		ca: `${SECTION}.tls-ca-file`,
		own: `${SECTION}.tls-cert-file and tls-key-file`,
		host: `${SECTION}.connect`,
		tls: files === undefined ? `${SECTION}.tls: true` : `${SECTION}.tls and the files for it`,
		shown: files?.cert !== undefined,
	};
}

/** Begins to connect; `ready` is called once bytes may be sent: with TLS, when the server is who it must be. */
export function openSocket(peer: Peer, files: TlsFiles | undefined, ready: () => void): Socket {
	const { host, port, servername } = peer;
	if (files === undefined) return connect({ host, port, noDelay: true }).on("connect", ready);
	const named = servername === undefined ? {} : { servername };
	// Loaded where it is needed: it costs the start of a run without TLS a millisecond.
	const { connect: connectByTls }: typeof import("node:tls") = require("node:tls");
	const socket = connectByTls({ ...tlsOptions(files), ...named, host, port }).on("secureConnect", ready);
	return socket.setNoDelay(true);
}

export function troubleOf(error: Error, files: TlsFiles | undefined): Trouble {
	const code = "code" in error ? String(error.code) : "";
	const tls = files === undefined ? undefined : tlsFaultOf(error, words(files));
	return tls === undefined ? { text: messageOf(error) } : { text: `${tls.text} (${code})`, tls };
}

/** A four-letter word of ZooKeeper's: every version answers it, if only that it is not allowed. */
const ANYBODY = "ruok";

/** True where the server answers in time without TLS. */
async function answersPlainly({ host, port }: Peer, { ms, signal }: PeerWait): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const socket = connect({ host, port });
	const timer = setTimeout(() => resolve(false), ms);
	signal?.addEventListener("abort", () => resolve(false), { once: true });
	socket.on("connect", () => socket.write(ANYBODY));
	// An alert of TLS begins with 21, and so is no text.
	socket.on("data", (bytes) => resolve(/^[ -~]/.test(bytes.toString("latin1"))));
	socket.on("error", () => resolve(false));
	socket.on("close", () => resolve(false));
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
		socket.destroy();
	}
}

/** Asks a server that gave no answer whether it speaks TLS and we do not, or the other way round. */
export async function mismatchOf(
	peer: Peer,
	files: TlsFiles | undefined,
	waiting: PeerWait,
): Promise<Trouble | undefined> {
	const mismatch = files === undefined ? await speaksTls(peer, waiting) : await answersPlainly(peer, waiting);
	if (!mismatch) return undefined;
	const tls = files === undefined ? onlySpeaksTls(words(files)) : speaksPlainly(words(files));
	return { text: tls.text, tls };
}
