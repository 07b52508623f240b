import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { TlsFiles } from "../../config/values/tls-files.ts";

/** Where a server listens; `servername`: the name that its certificate must have, where `host` is an address of it. */
export interface Peer {
	readonly host: string;
	readonly port: number;
	readonly servername?: string | undefined;
}

/** The files of a section, as the TLS library takes them. */
export function tlsOptions({ ca, cert, key }: TlsFiles): ConnectionOptions {
	return {
		...(ca === undefined ? {} : { ca }),
		...(cert === undefined || key === undefined ? {} : { cert, key: key.reveal() }),
	};
}

/** What a server shows of itself. */
export interface PeerCertificate {
	/** Distinguished names: `CN=host,O=site`. */
	readonly subject: string;
	readonly issuer: string;
	/** ms since 1970. */
	readonly endsMs: number;
}

/** How long an answer is waited for. */
export interface PeerWait {
	readonly ms: number;
	/** Aborted: nobody wants to know any longer. */
	readonly signal?: AbortSignal;
}

/** How a handshake ended: done; by an alert, which only a server with TLS sends; or neither. */
type Handshake = "done" | "alert" | "none";

/**
 * Tries a handshake; `done` is called with the connection past it. Nothing is sent on the connection and
 * nothing is believed, so that it may be anybody's certificate.
 */
async function handshake(
	peer: Peer,
	options: ConnectionOptions,
	{ ms, signal }: PeerWait,
	done: (socket: TLSSocket) => void,
): Promise<Handshake> {
	const { connect } = await import("node:tls");
	const { promise, resolve } = Promise.withResolvers<Handshake>();
	const { host, port, servername } = peer;
	const named = servername === undefined ? {} : { servername };
	const socket = connect({ ...options, ...named, host, port, rejectUnauthorized: false });
	const timer = setTimeout(() => resolve("none"), ms);
	signal?.addEventListener("abort", () => resolve("none"), { once: true });
	socket.once("secureConnect", () => {
		done(socket);
		resolve("done");
	});
	socket.on("error", (error) => resolve(/^ERR_SSL_.*_ALERT_/.test(codeOf(error)) ? "alert" : "none"));
	socket.once("close", () => resolve("none"));
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
		socket.destroy();
	}
}

const codeOf = (error: Error) => ("code" in error ? String(error.code) : "");

/** True where the server answers a TLS handshake in time, whatever its certificate, and if it wants one of ours. */
export async function speaksTls(peer: Peer, waiting: PeerWait): Promise<boolean> {
	return (await handshake(peer, {}, waiting, () => {})) !== "none";
}

/** A name as openssl's one-line form has it. */
function nameOf(parts: object | undefined): string {
	return Object.entries(parts ?? {})
		.map(([key, value]) => `${key}=${[value].flat().join("+")}`)
		.join(",");
}

/** The certificate that the server shows within `ms`; undefined where there is none. */
export async function peerCertificate(peer: Peer, files: TlsFiles, ms: number): Promise<PeerCertificate | undefined> {
	let shown: PeerCertificate | undefined;
	await handshake(peer, tlsOptions(files), { ms }, (socket) => {
		const { subject, issuer, valid_to: end } = socket.getPeerCertificate();
		shown = { subject: nameOf(subject), issuer: nameOf(issuer), endsMs: Date.parse(end) };
	});
	return shown;
}
