import type { FaktoryConfig } from "../../config/config.ts";
import { clockLine } from "../../doctor/clock.ts";
import { type Line, ok, warn } from "../../doctor/line.ts";
import { addressOf } from "../../faktory/connection.ts";
import { faktoryFacts } from "../../faktory/health.ts";

const PART = "faktory";

/** Address, version, round trip, login, clock, dead jobs. */
export async function faktoryLines(config: FaktoryConfig, ms: number): Promise<Line[]> {
	const before = Date.now();
	const began = performance.now();
	const { version, clockMs, enqueued, dead } = await faktoryFacts(config, ms);
	const trip = ((performance.now() - began) / 3).toFixed(1);
	const after = Date.now();
	return [
		ok(PART, `${addressOf(config)}, version ${version}, round trip ${trip} ms, login accepted`),
		...(clockMs === undefined ? [] : [clockLine(PART, { before, after, server: clockMs })]),
		ok(PART, `queue ${config.queue}: ${enqueued} jobs`),
		dead === 0
			? ok(PART, "no dead jobs")
			: warn(PART, `${dead} dead jobs`, "they hold a TCN back: retry or delete them on the server's web page"),
	];
}
