import type { DoctorLine } from "../../base/doctor-line.ts";
import type { TlsFiles } from "../../config/values/tls-files.ts";
import { type Peer, peerCertificate } from "../../servers/tls/peer.ts";
import { ok, warn } from "./line.ts";

const DAY_MS = 86_400_000;
/** From here on a renewal is due. */
const FEW_DAYS = 14;
const PATIENCE_MS = 2000;

/** The certificate that a server shows: whose it is, who has signed it, how long it is still valid. */
export async function certificateLines(part: string, peer: Peer, files: TlsFiles): Promise<DoctorLine[]> {
	const shown = await peerCertificate(peer, files, PATIENCE_MS);
	if (shown === undefined) return [];
	const days = Math.floor((shown.endsMs - Date.now()) / DAY_MS);
	const text = `TLS: certificate of ${shown.subject}, signed by ${shown.issuer}, valid for ${days === 1 ? "a day" : `${days} days`}`;
	if (days >= FEW_DAYS) return [ok(part, text)];
	return [warn(part, text, "renew the server's certificate: after its last day nobody can connect")];
}
