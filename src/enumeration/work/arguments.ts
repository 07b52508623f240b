import { Fault } from "../../base/fault.ts";
import type { ReservedJob } from "./ports.ts";

const JOBTYPE = "arbor_job";
/** Beyond it the two pages alone would be a burden on memory; the producers' pages have 500. */
const MOST_TO_A_PAGE = 100_000;
const MOST_TCN = 10_000;

/**
 * What a job asks for: scions of one page grafted on rootstocks of another. Ids are 24 lower-case hexadecimal digits.
 */
export interface GraftJob {
	readonly rootstockId: string;
	readonly rootstockTcn: number;
	readonly scionId: string;
	readonly scionTcn: number;
	readonly pageSize: number;
}

const shown = (value: unknown) => {
	const text = JSON.stringify(value) ?? "nothing";
	return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

function badJob(what: string): Fault {
	return new Fault("data", what, {
		hint: `find out who pushes such jobs; a job is ${JOBTYPE} [id, TCN, id, TCN, page_size]`,
	});
}

function id(value: unknown, name: string): string {
	if (typeof value === "string" && /^[0-9a-f]{24}$/i.test(value)) return value.toLowerCase();
	throw badJob(`${name} is ${shown(value)}; expected 24 hexadecimal digits`);
}

function whole(value: unknown, name: string, least: number, most: number): number {
	if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
	throw badJob(`${name} is ${shown(value)}; expected whole numbers from ${least} to ${most}`);
}

/**
 * Takes a job's arguments, `[rootstock id, TCN, scion id, TCN, page_size]`. Throws a Fault "data" that says what is
 * wrong.
 */
export function graftJobOf({ jobtype, args }: Pick<ReservedJob, "jobtype" | "args">): GraftJob {
	if (jobtype !== JOBTYPE) throw badJob(`jobtype ${shown(jobtype)} is not known here`);
	if (!Array.isArray(args) || args.length !== 5) throw badJob(`the arguments are ${shown(args)}; expected five`);
	const values: readonly unknown[] = args;
	return {
		rootstockId: id(values[0], "the first argument, a rootstock's _id,"),
		rootstockTcn: whole(values[1], "the second argument, the rootstocks' TCN,", 0, MOST_TCN),
		scionId: id(values[2], "the third argument, a scion's _id,"),
		scionTcn: whole(values[3], "the fourth argument, the scions' TCN,", 0, MOST_TCN),
		pageSize: whole(values[4], "the fifth argument, page_size,", 1, MOST_TO_A_PAGE),
	};
}
