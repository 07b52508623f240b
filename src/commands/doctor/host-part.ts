import type { DoctorLine } from "../../base/doctor-line.ts";
import { FEWEST_FILES, hostLimit } from "../../base/host-limits.ts";
import { userName } from "../shared/user-name.ts";
import { ok, warn } from "./line.ts";

const PART = "host";
/** From here on a component or worker has room for many children. */
const AMPLE_FILES = 256;
const MIB = 1024 * 1024;

/**
 * What of this host the runtime cannot live with, as far as a program that has started can see it: in some bands of an
 * address-space limit, and without /proc, it ends before the first line of ours, with 134.
 */
function spaceLine(): DoctorLine {
	const most = hostLimit("address space");
	if (most === undefined) return ok(PART, "address space: no limit");
	return warn(
		PART,
		`address space limited to ${Math.floor(most / MIB)} MiB: the runtime may abort (exit 134) at its start or under load`,
		"take the limit away (ulimit -v unlimited); limit memory by MemoryMax= in a unit, which counts what is used",
	);
}

function filesLine(): DoctorLine {
	const most = hostLimit("open files");
	if (most === undefined || most >= AMPLE_FILES) return ok(PART, `open files: ${most ?? "no limit"}`);
	const hint = "raise it: ulimit -n, or LimitNOFILE= in a unit";
	return warn(
		PART,
		`open files limited to ${most}: fewer children run at a time (at least ${FEWEST_FILES} are needed)`,
		hint,
	);
}

/** Who runs this, and the limits of the host that have made runs fail. */
export function hostLines(): DoctorLine[] {
	return [ok(PART, `runs as ${userName()}`), filesLine(), spaceLine()];
}
