import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { countFlag, parsedFlag } from "../../cli/flags.ts";
import { forecast } from "../../enumeration/plan/forecast.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import { renderPlan } from "./text.ts";

const MAX_TCN = 16;
const MEASURED = "measured";

/** Tangles in a second from a text such as `2500` or `0.5`, or that they are to be measured; else a usage fault. */
function parseRate(flag: string, text: string): number | typeof MEASURED {
	if (text === MEASURED) return MEASURED;
	const rate = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0;
	if (rate > 0) return rate;
	throw new Fault("usage", `${flag} is "${text}"`, {
		hint: `give the tangles stored in a second, more than 0, for example 2500; or "${MEASURED}"`,
	});
}

export default command(
	{
		name: "plan",
		details:
			"Tangles, pages and jobs of each TCN, exact by formula, for the page size of the\n" +
			"config file; and estimates of the size of the database and, at a rate, of the\n" +
			"hours. The rate is in tangles, not in jobs: what a tangle costs hardly depends\n" +
			"on TCN and page size. `--rate measured` is that of the TCN that was completed\n" +
			"last, and asks the database; without it no server is asked.",
		examples: [
			{ run: "tangles plan --max-tcn 16", does: "tangles, pages, jobs and database size, TCN by TCN" },
			{ run: "tangles plan --max-tcn 14 --rate 2500", does: "the same, with the hours at 2,500 tangles in a second" },
		],
	},
	{
		"max-tcn": countFlag({ least: 2, most: MOST_NUMBERED_TCN, description: `the last TCN (default ${MAX_TCN})` }),
		rate: parsedFlag(`N|${MEASURED}`, parseRate, {
			description: `tangles that all workers together store in a second; ${MEASURED}: as the database tells`,
		}),
	},
	async ({ args, config, out, log, signal }) => {
		const { "max-tcn": maxTcn = MAX_TCN, rate: asked } = args;
		const { pageSize } = (await config()).tangles;
		if (asked !== MEASURED) {
			out.document({ ...forecast(maxTcn, pageSize, asked), measured: null }, renderPlan);
			return;
		}
		// Loaded here, because nothing else needs a driver.
		const { measure } = await import("./measure.ts");
		const measured = await measure(await config("mongo"), log, signal);
		out.document({ ...forecast(maxTcn, pageSize, measured.tangles / measured.seconds), measured }, renderPlan);
	},
);
