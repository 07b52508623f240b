import * as v from "valibot";
import { Fault } from "../../base/fault.ts";
import type { ReservedJob, WorkerState } from "../../enumeration/work/ports.ts";

/**
 * What the server takes for a reservation that the job does not name, and its bounds; manager/working.go of v1.9.3, s.
 */
const RESERVE_S = { standard: 1800, least: 60, most: 86_400 } as const;

/** The part of a job that is used; what the job is for is not looked at here. */
const JOB = v.object({
	jid: v.string(),
	jobtype: v.string(),
	args: v.optional(v.unknown()),
	reserve_for: v.optional(v.number(), 0),
	backtrace: v.optional(v.number(), 0),
});

const BEAT = v.object({ state: v.picklist(["quiet", "terminate"]) });

function parsed<const S extends v.GenericSchema>(schema: S, answer: string, command: string): v.InferOutput<S> {
	try {
		return v.parse(schema, JSON.parse(answer));
	} catch (cause) {
		throw new Fault("unreachable", `the answer to ${command} is not a Faktory server's`, { cause });
	}
}

/** Takes the answer to FETCH apart. Throws a Fault "unreachable" where no Faktory says so. */
export function reservedJob(answer: string, asked: number, given: number): ReservedJob {
	const { jid, jobtype, args, reserve_for, backtrace } = parsed(JOB, answer, "FETCH");
	const seconds = reserve_for === 0 ? RESERVE_S.standard : reserve_for;
	const reserveMs = Math.min(Math.max(seconds, RESERVE_S.least), RESERVE_S.most) * 1000;
	return { jid, jobtype, args, reserveMs, asked, given, backtrace };
}

/** Takes the answer to BEAT apart: `OK`, or `{"state": "quiet"}`. */
export function readState(answer: string): WorkerState {
	return answer === "OK" ? "running" : parsed(BEAT, answer, "BEAT").state;
}
