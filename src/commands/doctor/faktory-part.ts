import type { DoctorLine } from "../../base/doctor-line.ts";
import type { FaktoryConfig } from "../../config/config.ts";
import { REQUEUE_DEAD } from "../../enumeration/stencils/ports.ts";
import { addressOf } from "../../servers/faktory/connection-faults.ts";
import { faktoryFacts } from "../../servers/faktory/health.ts";
import { pauseText, resumeHint } from "../../servers/faktory/pause.ts";
import { certificateLines } from "./certificate.ts";
import { clockLine } from "./clock.ts";
import { ok, warn } from "./line.ts";

const PART = "faktory";

/** Address, version, round trip, login, certificate, clock, the queue and whether it is paused, dead jobs. */
export async function faktoryLines(config: FaktoryConfig, ms: number): Promise<DoctorLine[]> {
	const before = Date.now();
	const began = performance.now();
	const { version, clockMs, enqueued, dead, pause } = await faktoryFacts(config, ms);
	const trip = ((performance.now() - began) / 3).toFixed(1);
	const after = Date.now();
	return [
		ok(PART, `${addressOf(config)}, version ${version}, round trip ${trip} ms, login accepted`),
		...(config.tls === undefined ? [] : await certificateLines(PART, config, config.tls)),
		...(clockMs === undefined ? [] : [clockLine(PART, { before, after, server: clockMs })]),
		pause === "no"
			? ok(PART, `queue ${config.queue}: ${enqueued} jobs`)
			: warn(PART, pauseText(`queue ${config.queue}`, pause, enqueued), resumeHint(config)),
		dead === 0
			? ok(PART, "no dead jobs")
			: warn(PART, `${dead} dead jobs`, `they hold a TCN back: \`${REQUEUE_DEAD}\` has them tried again`),
	];
}
