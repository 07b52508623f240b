import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { countFlag, parsedFlag } from "../../cli/flags.ts";
import { forecast } from "../../enumeration/plan/forecast.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import { renderForecast } from "./text.ts";

const MAX_TCN = 16;

/** Jobs in a second from a text such as `40` or `0.5`; throws a usage fault for any other. */
function parseRate(flag: string, text: string): number {
	const rate = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0;
	if (rate > 0) return rate;
	throw new Fault("usage", `${flag} is "${text}"`, {
		hint: "give the jobs in a second, more than 0: for example 40 or 0.5",
	});
}

export default command(
	{
		name: "plan",
		details:
			"Tangles, pages and jobs of each TCN, exact by formula, for the page size of the\n" +
			"config file; and estimates of the size of the database and, at a rate of jobs in\n" +
			"a second, of the time. No server is asked.",
		examples: [
			{ run: "tangles plan --max-tcn 16", does: "tangles, pages, jobs and database size, TCN by TCN" },
			{ run: "tangles plan --max-tcn 14 --rate 40", does: "the same, with the hours at 40 jobs in a second" },
		],
	},
	{
		"max-tcn": countFlag({ least: 2, most: MOST_NUMBERED_TCN, description: `the last TCN (default ${MAX_TCN})` }),
		rate: parsedFlag("N", parseRate, { description: "jobs in a second that all workers do together" }),
	},
	async ({ args, config, out }) => {
		const { "max-tcn": maxTcn = MAX_TCN, rate } = args;
		const { tangles } = await config();
		out.document(forecast(maxTcn, tangles.pageSize, rate), renderForecast);
	},
);
