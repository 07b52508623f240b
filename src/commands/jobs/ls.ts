import { command } from "../../cli/command.ts";
import { table } from "../../cli/table.ts";
import { REQUEUE_DEAD } from "../../enumeration/stencils/ports.ts";
import { jobStates } from "../../servers/faktory/job-states.ts";
import { pauseText, resumeHint } from "../../servers/faktory/pause.ts";

/** One look is no place to ride out an outage. */
const ANSWER_MS = 5000;

export default command(
	{
		name: "jobs ls",
		details:
			"`tangles jobs` alone is the same. `enqueued` counts the configured queue, with\n" +
			"the age of its oldest job; the other states count the whole server, with other\n" +
			"programs' jobs: Faktory tells neither their types nor their ages. `retries` were\n" +
			"tried and will be again; `dead` were tried as often as they may be.",
		examples: [
			{ run: "tangles jobs ls", does: "how many jobs are in each state" },
			{ run: "tangles jobs ls --json", does: "the same as one JSON document" },
		],
	},
	{},
	async (context) => {
		const { faktory } = await context.config("faktory");
		const { oldestSeconds, otherQueues, pause, ...states } = await jobStates(faktory, ANSWER_MS);
		const document = {
			queue: faktory.queue,
			paused: pause,
			...(pause === "no" ? {} : { resume: resumeHint(faktory) }),
			...{ enqueued: states.enqueued, oldest_seconds: oldestSeconds, working: states.working },
			...{ scheduled: states.scheduled, retries: states.retries, dead: states.dead },
			other_queues: Object.entries(otherQueues).map(([name, jobs]) => ({ queue: name, enqueued: jobs })),
		};
		context.out.document(
			document,
			({ queue, enqueued, oldest_seconds, working, scheduled, retries, dead, other_queues }) => {
				const oldest = oldest_seconds === null ? "" : `oldest ${Math.round(oldest_seconds)} s`;
				const others = other_queues.map((other) => ["enqueued", other.enqueued, `queue ${other.queue}`]);
				const rows = [
					["enqueued", enqueued, [`queue ${queue}`, oldest].filter(Boolean).join(", ")],
					...others,
					["working", working, ""],
					["scheduled", scheduled, ""],
					["retries", retries, ""],
					["dead", dead, dead === 0 ? "" : `they hold a TCN back: ${REQUEUE_DEAD}`],
				];
				const held = pause === "no" ? "" : `${pauseText(`queue ${queue}`, pause, enqueued)}; ${resumeHint(faktory)}\n`;
				return table(["state", "jobs", ""], rows, [1]) + held;
			},
		);
	},
);
