import type { DoctorLine } from "../../base/doctor-line.ts";
import { fail, ok, warn } from "./line.ts";

/** A smaller difference cannot be told apart from the network's delay. */
const FINE_MS = 2000;
/** Events are ordered by their times: a host that is further off puts its own in the wrong place. */
const TOO_FAR_MS = 60_000;
const HINT =
	"set this host's clock, or the server's, by NTP (timedatectl, chronyc tracking): events are ordered by their times";

/** What a server said its time is, seen between two moments of our own; all in ms since 1970. */
export interface ServerClock {
	readonly before: number;
	readonly after: number;
	readonly server: number;
}

/** The server's clock against this host's. */
export function clockLine(part: string, { before, after, server }: ServerClock): DoctorLine {
	const ahead = server < before ? server - before : server > after ? server - after : 0;
	const off = Math.abs(ahead);
	const text = `clock: ${(off / 1000).toFixed(1)} s ${ahead < 0 ? "behind" : "ahead of"} this host's`;
	if (off < FINE_MS) return ok(part, "clock: as this host's");
	return off < TOO_FAR_MS ? warn(part, text, HINT) : fail(part, text, HINT);
}
