import { expect, test } from "bun:test";
import type { Log, LogFields } from "../../../src/base/log.ts";
import { timed } from "../../../src/cli/output.ts";

test("the frame's keys are no names for the fields of a line: the compiler refuses them", () => {
	const said: LogFields[] = [];
	const say = (_: string, fields: LogFields = {}) => void said.push(fields);
	const log: Log = { debug: say, info: say, warn: say, error: say };
	// Each line below that the compiler takes fails the type check.
	// @ts-expect-error
	log.info("a", { run: "r" });
	// @ts-expect-error
	log.warn("a", { tcn: 9, verb: "produce" });
	// @ts-expect-error
	log.error("a", { time: 1 });
	// @ts-expect-error
	log.debug("a", { level: 3 });
	// @ts-expect-error
	log.info("a", { message: "b" });
	const event: { event: string; run?: string } = { event: "taken" };
	// @ts-expect-error
	log.info("a", event);
	log.info("a", { runs: 1, verbs: 2, batch: undefined });
	// @ts-expect-error
	timed({ event: "taken", time: "noon" });
	expect(said).toHaveLength(7);
});
