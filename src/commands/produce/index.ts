import { serviceManager } from "../../base/service-manager.ts";
import { command } from "../../cli/command.ts";
import { countFlag } from "../../cli/flags.ts";
import { table } from "../../cli/table.ts";
import { produce } from "../../enumeration/produce/machine.ts";
import { plan } from "../../enumeration/produce/plan.ts";
import { createFaktoryQueue } from "../../servers/faktory/job-queue.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoStencilStore } from "../../servers/mongo/stencil-store.ts";
import { MongoTanglePages } from "../../servers/mongo/tangle-pages.ts";
import { MongoTangleReader } from "../../servers/mongo/tangle-reader.ts";
import { requireUniqueNotation } from "../../servers/mongo/tangle-table.ts";
import { combineReporters } from "../shared/combine-reporters.ts";
import { LOCK_ARGS, lockNeeds, underLock } from "../shared/lock-flags.ts";
import { NO_METRICS } from "../shared/metrics/metrics.ts";
import { openMetrics } from "../shared/metrics/metrics-file.ts";
import { observeEnumeration, observeLock, observeProduce } from "../shared/metrics/observe.ts";
import { METRICS_FILE } from "../shared/metrics-flag.ts";
import { JITTER, PING } from "../shared/run-flags.ts";
import { createProduceReporter } from "./reporter.ts";
import { produceStatus } from "./service-status.ts";

export default command(
	{
		name: "produce",
		details:
			"However a run ends, the next one goes on at its cursor: no pair is missing. A\n" +
			"TCN counts as complete when Faktory holds no job of any kind and has finished as\n" +
			"many as were pushed. JSON events, one a line: stencil-started, pages, progress,\n" +
			"stencil-complete, waiting, tcn-proved, tcn-complete, tcn-reopened, stopped.",
		works: true,
		examples: [
			{ run: "tangles produce --dry-run", does: "what would be pushed now: pages and jobs of each open stencil" },
			{ run: "tangles produce -q", does: "run until max_tcn is complete, from cron" },
			{ run: "tangles produce --once --json", does: "push what is open and stop, events on stdout" },
		],
	},
	{
		once: { type: "boolean", description: "stop after what is open now is pushed" },
		"until-tcn": countFlag({ least: 1, description: "stop when TCN N is complete (default max_tcn)" }),
		"accept-incomplete": {
			type: "boolean",
			description: "take a TCN for complete although fewer jobs were finished than pushed",
		},
		prove: {
			type: "boolean",
			description: "take a TCN for complete only once `verify` finds all its tangles stored, and no other",
		},
		"dry-run": { type: "boolean", description: "a table of what would be pushed; nothing is touched" },
		ping: PING,
		jitter: JITTER,
		"metrics-file": METRICS_FILE,
		...LOCK_ARGS,
	},
	async (context) => {
		const { args, config, out, log, progress } = context;
		const untilTcn = args["until-tcn"];
		const dryRun = args["dry-run"] === true;
		const running = dryRun ? undefined : await config("mongo", "faktory", ...lockNeeds(args));
		const { mongo: server, tangles, producer: settings } = running ?? (await config("mongo"));
		return async () => {
			await using mongo = openMongo(server, settings.patienceMs, log);
			const store = new MongoStencilStore(mongo, tangles.stencilCollection);
			const pagesUnder = (signal: AbortSignal) => new MongoTanglePages(mongo, tangles.tangleCollection, signal);
			if (running === undefined) {
				const pages = pagesUnder(context.signal);
				const sources = { store, tangles: pages, pageSize: tangles.pageSize };
				out.document(await plan(sources, untilTcn, (text) => log.warn(text)), (planned) =>
					table(
						["stencil", "TCN", "rootstocks", "scions", "pages", "jobs", "pushed"],
						planned.map((it) => [
							...[it.stencil, it.tcn, it.rootstock_tcn, it.scion_tcn],
							...[`${it.rootstock_pages} x ${it.scion_pages}`, it.jobs, it.pushed_before],
						]),
					),
				);
				return;
			}
			const options = { once: args.once === true, untilTcn, acceptIncomplete: args["accept-incomplete"] === true };
			if (args.prove === true) await requireUniqueNotation(mongo, tangles.tangleCollection, "leave out --prove, or ");
			const path = `/tangles/producer/${store.name}`;
			// No server of the work is asked while the lock is waited for, or in doubt.
			const restMs = Math.max(settings.pollMs, args.wait ?? 0, running.zookeeper?.sessionTimeoutMs ?? 0);
			using manager = serviceManager({ ...context, restMs });
			// Before the lock: a run that finds it held may end well at once, and must not have failed to start.
			manager.ready("takes the producer's lock");
			const metrics = await openMetrics(args["metrics-file"], "produce", log);
			try {
				const run = { zookeeper: running.zookeeper, path, command: "produce" };
				await underLock(context, run, async (ensureHeld, signal, lock) => {
					const queue = createFaktoryQueue(running.faktory, settings.patienceMs, log);
					const emit = combineReporters(
						createProduceReporter(out, log, progress),
						observeProduce(metrics),
						produceStatus(manager.status),
					);
					const unobserve = lock === undefined ? () => {} : observeLock(metrics, lock);
					const proof = args.prove === true ? new MongoTangleReader(mongo, tangles.tangleCollection) : undefined;
					const tools = { store, tangles: pagesUnder(signal), queue, settings, pageSize: tangles.pageSize, log, proof };
					try {
						if (metrics !== NO_METRICS) {
							observeEnumeration(metrics, await store.enumeration(), await store.stencils());
						}
						await produce({ ...tools, signal, emit, ensureHeld }, options);
					} finally {
						unobserve();
						progress.hide();
						queue.close();
					}
				});
			} finally {
				await metrics.end();
			}
		};
	},
);
