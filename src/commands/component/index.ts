import { resolve } from "node:path";
import { messageOf } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { choiceFlag, durationFlag, fileFlag } from "../../cli/flags.ts";
import { MongoBatchStore } from "../../servers/mongo/batch-store.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { atOnce } from "../shared/at-once.ts";
import { IF_LOCKED } from "../shared/lock-flags.ts";
import { METRICS_FILE } from "../shared/metrics-flag.ts";
import { JITTER, PING } from "../shared/run-flags.ts";
import { writeTemplate } from "./new-module.ts";
import { showPlan } from "./plan.ts";
import { runComponent } from "./run.ts";
import { componentOf, workCommand } from "./settings.ts";

/** File descriptors that one more batch at work needs: the child's pipes and process, a connection to the database. */
const FILES_EACH = 8;

export default command(
	{
		name: "component",
		details:
			"Takes batches that are ready by the component's conditions (config: past,\n" +
			"future, old, types), oldest first, and runs COMMAND for each, with the batch's\n" +
			"full id as last argument and the batch as JSON on stdin; the outcome is recorded\n" +
			"as an event. COMMAND stands behind --, or in the config, or is a TypeScript file\n" +
			"(--module). It is frozen, killed and not recorded where the batch's lock is in\n" +
			"doubt or lost. Procedure 2: queue-length batches, max-threads at a time, one\n" +
			"instance at a time. Procedure 1: one batch; further instances find others.",
		componentsApart: true,
		works: true,
		examples: [
			{
				run: "tangles component Sample --module builtin:sample --dry-run",
				does: "which batches a run would take, and why not the others",
			},
			{ run: "tangles component Sample --module builtin:sample -q --if-locked skip", does: "one run, from cron" },
			{ run: "tangles component Sample --procedure 1 --wait 30s -- echo", does: "one batch" },
		],
		rest: "[-- COMMAND [ARGS...]]",
	},
	{
		name: { type: "positional", required: true, description: "the component, as the config names it" },
		procedure: choiceFlag(["1", "2"], { default: "2", description: "how to take batches, see above" }),
		module: fileFlag({ ending: ".ts", description: "work by a TypeScript file, builtin:sample or :approver" }),
		new: fileFlag({ ending: ".ts", description: "write a module to start from, and do nothing else" }),
		"dry-run": { type: "boolean", description: "say what a run would take, and why not the others; touch nothing" },
		wait: durationFlag({ default: "5s", description: "wait so long for the component's lock, /SBOI/NAME" }),
		"if-locked": IF_LOCKED,
		ping: PING,
		jitter: JITTER,
		"metrics-file": METRICS_FILE,
	},
	async (context) => {
		const { args, rest, env, cwd, log } = context;
		const { new: draft } = args;
		if (draft !== undefined) {
			return async () => {
				await writeTemplate(resolve(cwd, draft));
				log.info(`written: ${draft}; tangles component ${args.name} --module ${draft} runs it`);
			};
		}
		context.about({ component: args.name });
		const procedure = args.procedure === "1" ? 1 : 2;
		const skip = args["if-locked"] === "skip";
		const config = await context.config("mongo", "zookeeper");
		const component = componentOf(config, args.name, args.module);
		// A fault in the config of another component must not end this run; `doctor` fails of it.
		for (const fault of config.componentFaults.values()) log.info(messageOf(fault));
		const work = await workCommand(component, { rest, module: args.module, path: env.PATH, cwd });
		return async () => {
			await using opened = new AsyncDisposableStack();
			const mongo = opened.adopt(openMongo(config.mongo, config.producer.patienceMs, log), (it) => it.close());
			if (args["dry-run"] === true) {
				const store = new MongoBatchStore(mongo, config.batches.collection);
				await showPlan(context, { store, component, procedure });
				return;
			}
			const { zookeeper } = config;
			const [waitMs, file] = [args.wait, args["metrics-file"]];
			const limited = { ...component, maxThreads: atOnce(component.maxThreads, FILES_EACH, log) };
			const { collection } = config.batches;
			await runComponent(context, {
				mongo,
				collection,
				component: limited,
				work,
				zookeeper,
				procedure,
				waitMs,
				skip,
				file,
			});
		};
	},
);
