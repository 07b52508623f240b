import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { Fault } from "../../base/fault.ts";
import { revealed } from "../../base/revealed.ts";
import { serviceManager } from "../../base/service-manager.ts";
import { command } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit-codes.ts";
import { countFlag } from "../../cli/flags.ts";
import { createGrafter } from "../../enumeration/work/grafter/start.ts";
import { work } from "../../enumeration/work/run.ts";
import { createFaktoryConsumer } from "../../servers/faktory/consumer.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoTangleStore } from "../../servers/mongo/tangle-store.ts";
import { atOnce, MOST_PROCESSES } from "../shared/at-once.ts";
import { combineReporters } from "../shared/combine-reporters.ts";
import { openMetrics } from "../shared/metrics/metrics-file.ts";
import { observeWork } from "../shared/metrics/observe.ts";
import { METRICS_FILE } from "../shared/metrics-flag.ts";
import { JITTER, PING } from "../shared/run-flags.ts";
import type { HandBackTo } from "./grafter.ts";
import { watchQueue } from "./queue-watch.ts";
import { WorkReporter } from "./reporter.ts";
import { workStatus } from "./service-status.ts";

/** Of one more job: its grafter's pipe and process, its connections to both servers. */
const FILES_EACH = 5;

export default command(
	{
		name: "work",
		details:
			"Runs until it is stopped, beside any number of others. A job is acknowledged\n" +
			"when all its tangles are stored on a majority of the servers, and not before.\n" +
			"SIGTERM: jobs that end within 20 s are finished, the others handed back to be\n" +
			"given out again. A job that cannot be done is handed back with the reason, which\n" +
			"Faktory's web page shows under Retries. JSON events, one a line: started,\n" +
			"job-done, job-failed, job-unacknowledged, waiting, quiet, stopping, stopped.",
		works: true,
		examples: [
			{ run: "tangles work -q", does: "as a service, a job to each core" },
			{ run: "tangles work --concurrency 1 --json", does: "one job at a time, events on stdout" },
		],
	},
	{
		concurrency: countFlag({
			least: 1,
			most: MOST_PROCESSES,
			// Without their number: the manual and the completions of a package are those of any host.
			description: "jobs at a time, each in a process of its own (default: as many as the host has cores)",
		}),
		ping: PING,
		jitter: JITTER,
		"metrics-file": METRICS_FILE,
	},
	async ({ args, config, env, out, log, progress, signal, version }) => {
		const wanted = args.concurrency ?? availableParallelism();
		const concurrency = atOnce(wanted, FILES_EACH, log);
		const read = await config("mongo", "faktory");
		return async () => {
			const { patienceMs } = read.producer;
			const { faktory } = read;
			const metrics = await openMetrics(args["metrics-file"], "work", log);
			using manager = serviceManager({ env, log, signal });
			await using mongo = openMongo(read.mongo, patienceMs, log, signal);
			const id = randomBytes(8).toString("hex");
			const source = createFaktoryConsumer(faktory, { wid: id, labels: [`tangles-${version}`] }, patienceMs, log);
			const handBackTo: HandBackTo = revealed(faktory);
			const grafters = Array.from({ length: concurrency }, () => createGrafter(handBackTo));
			const reporter = new WorkReporter(out, log, progress);
			const over = new AbortController();
			const emit = combineReporters(reporter.emit, observeWork(metrics), workStatus(manager.status));
			try {
				const store = new MongoTangleStore(mongo, read.tangles.tangleCollection);
				await store.check();
				manager.ready(`works on queue ${faktory.queue}, ${concurrency} jobs at a time`);
				const watching = watchQueue({ progress, source, reporter, log }, over.signal);
				const well = await work({ id, source, store, grafters, queue: faktory.queue, log, signal, emit });
				over.abort(new Fault("failed", "the run is over"));
				await watching;
				return well ? EXIT_CODES.done.code : EXIT_CODES.failed.code;
			} finally {
				over.abort(new Fault("failed", "the run is over"));
				progress.hide();
				for (const grafter of grafters) grafter.close();
				source.close();
				await metrics.end();
			}
		};
	},
);
