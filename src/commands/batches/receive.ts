import { hostname } from "node:os";
import { resolve } from "node:path";
import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { choiceFlag, durationFlag, parsedFlag } from "../../cli/flags.ts";
import { checkName } from "../../line/batches/names.ts";
import type { ChecksumList } from "../../line/intake/checksums.ts";
import { CopyOnWriteIntakeStore } from "../../line/intake/copy-on-write.ts";
import type { IntakeTools } from "../../line/intake/receive.ts";
import { receiveDeliveries } from "../../line/intake/receive.ts";
import type { IntakeEventTypes } from "../../line/intake/round-trips.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoIntakeStore } from "../../servers/mongo/intake-store.ts";
import { MongoStationDirectory } from "../../servers/mongo/station-directory.ts";
import { combineReporters } from "../shared/combine-reporters.ts";
import { LOCK_ARGS, lockNeeds, underLock } from "../shared/lock-flags.ts";
import { openMetrics } from "../shared/metrics/metrics-file.ts";
import { observeIntake, observeLock } from "../shared/metrics/observe.ts";
import { METRICS_FILE } from "../shared/metrics-flag.ts";
import { JITTER } from "../shared/run-flags.ts";
import { userName } from "../shared/user-name.ts";
import { DeliveryFolders } from "./delivery-folders.ts";
import { createIntakeReporter, intakeText } from "./receive-text.ts";

const LISTS = ["md5sums.txt", "sha256sums.txt"] as const satisfies readonly ChecksumList[];

/** A file's name in a delivery. Throws a usage fault. */
function fileName(flag: string, text: string): string {
	if (!/[/\0]/.test(text) && text !== "." && text !== "..") return text;
	throw new Fault("usage", `${flag} is "${text}"`, { hint: "give a file's name, without a folder" });
}

/** Throws a usage fault where two of them are one type: an event could not be told from the other. */
function checkDifferent(types: IntakeEventTypes): IntakeEventTypes {
	if (new Set(Object.values(types)).size === 3) return types;
	throw new Fault("usage", `--event, --stop-event and --approved-event are not three types: ${Object.values(types)}`, {
		hint: "give each a type of its own",
	});
}

export default command(
	{
		name: "batches receive",
		details:
			"Each folder B<id>-RT<n> in DIR that has the trigger file, and that nothing has\n" +
			"changed in for a while, becomes a batch with the event, once. A newer round trip\n" +
			"stops the older ones of its batch; where one of these is approved, it is stopped\n" +
			"itself; one that comes after a newer one is recorded as failed. What is wrong\n" +
			"with one delivery is told, and stops no other (exit 1). For cron, on any number\n" +
			"of hosts: the lock is /SBOI/receive-DATABASE.COLLECTION.",
		examples: [
			{ run: "tangles batches receive deliveries --dry-run", does: "say what would be taken in, and what not" },
			{ run: "tangles batches receive deliveries -q --if-locked skip", does: "from cron, every minute" },
			{
				run: "tangles batches receive deliveries --type Newspaper --checksums md5sums.txt",
				does: "only what its list says, byte by byte",
			},
		],
	},
	{
		dir: { type: "positional", required: true, description: "folder in which deliveries arrive" },
		"trigger-file": parsedFlag("NAME", fileName, {
			default: "transfer_acknowledged",
			description: "file that says that a delivery is whole",
		}),
		event: parsedFlag("TYPE", checkName, { default: "Data_Received", description: "event to record" }),
		type: parsedFlag("TYPE", checkName, { default: "Batch", description: "type of the batches that are new" }),
		checksums: choiceFlag(LISTS, { description: "check each file by this list beside the trigger file" }),
		settle: durationFlag({ default: "60s", description: "leave what was changed within this time" }),
		"stop-event": parsedFlag("TYPE", checkName, {
			description: "event that stops a round trip (default: config batches.stop-event)",
		}),
		"approved-event": parsedFlag("TYPE", checkName, {
			default: "Roundtrip_Approved",
			description: "event of a round trip that is done for good",
		}),
		"dry-run": { type: "boolean", description: "say what would be recorded, and record nothing" },
		jitter: JITTER,
		"metrics-file": METRICS_FILE,
		...LOCK_ARGS,
	},
	async (context) => {
		const { args, out, log, cwd, version } = context;
		const dryRun = args["dry-run"] === true;
		const config = await context.config("mongo", ...(dryRun ? [] : lockNeeds(args)));
		const { mongo: server, batches, producer, zookeeper } = config;
		const types = checkDifferent({
			received: args.event,
			stop: args["stop-event"] ?? batches.stopEvent,
			approved: args["approved-event"],
		});
		return async () => {
			await using opened = new AsyncDisposableStack();
			const mongo = opened.adopt(openMongo(server, producer.patienceMs, log), (it) => it.close());
			const registry = await new MongoStationDirectory(mongo, batches.collection).registry(context.signal);
			const store = new MongoIntakeStore(mongo, batches.collection, registry);
			const metrics = opened.adopt(await openMetrics(args["metrics-file"], "batches receive", log), (it) => it.end());
			const settings: Omit<IntakeTools, "store" | "ensureHeld" | "signal"> = {
				...{ types, batchType: args.type, agent: `${userName()}@${hostname()} via tangles batches receive ${version}` },
				...{ deliveries: new DeliveryFolders(resolve(cwd, args.dir)), trigger: args["trigger-file"] },
				...{ list: args.checksums, settleMs: args.settle, now: Date.now },
				emit: combineReporters(createIntakeReporter(log), observeIntake(metrics)),
			};
			const receive = async (tools: Pick<IntakeTools, "store" | "ensureHeld" | "signal">) =>
				await receiveDeliveries({ ...settings, ...tools }, (result) =>
					out.receipt({ dry_run: dryRun, ...result }, intakeText(settings.trigger)),
				);
			if (dryRun) {
				const nothing = async () => {};
				await receive({ store: new CopyOnWriteIntakeStore(store), ensureHeld: nothing, signal: context.signal });
				return;
			}
			const run = { zookeeper, path: `/SBOI/receive-${store.name}`, command: "batches receive" };
			await underLock(context, run, async (ensureHeld, signal, lock) => {
				if (lock !== undefined) opened.defer(observeLock(metrics, lock));
				await receive({ store, ensureHeld, signal });
			});
		};
	},
);
