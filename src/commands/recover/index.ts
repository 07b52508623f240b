import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { countFlag } from "../../cli/flags.ts";
import { check } from "../../enumeration/recover/check-collection.ts";
import { recoverDry } from "../../enumeration/recover/dry-run.ts";
import { describeRepair, type Finding } from "../../enumeration/recover/findings.ts";
import { pushInterrupted } from "../../enumeration/recover/push-interrupted.ts";
import { type Recovered, type RecoverPorts, recover } from "../../enumeration/recover/recover.ts";
import { openFindings, reportOfRecovery } from "../../enumeration/recover/recover-report.ts";
import { checkRestart, describeRestart, type Restart } from "../../enumeration/recover/restart.ts";
import type { StencilReader } from "../../enumeration/stencils/term.ts";
import { createFaktoryQueue } from "../../servers/faktory/job-queue.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoStencilStore } from "../../servers/mongo/stencil-store.ts";
import { MongoTanglePages } from "../../servers/mongo/tangle-pages.ts";
import { createProduceReporter } from "../produce/reporter.ts";
import { LOCK_ARGS, lockNeeds, underLock } from "../shared/lock-flags.ts";
import { JITTER, PING } from "../shared/run-flags.ts";
import { recoverText } from "./text.ts";

function restartOf(id: string | undefined, tcn: number | undefined): Restart | undefined {
	if (id === undefined) return tcn === undefined ? undefined : { tcn };
	if (tcn !== undefined) throw new Fault("usage", "--restart and --restart-tcn: give one of them");
	if (/^[0-9a-f]{24}$/i.test(id)) return { stencil: id.toLowerCase() };
	throw new Fault("usage", `--restart is "${id}"`, { hint: "give a stencil's _id: 24 hexadecimal digits" });
}

/**
 * What the restart would do, checked, for a person to confirm; undefined where the config document stands against it.
 */
async function describeAsked(store: StencilReader, restart: Restart): Promise<string | undefined> {
	const snapshot = await store.snapshot();
	const { sound } = check(snapshot);
	if (sound === undefined) return undefined;
	checkRestart(snapshot, sound, restart, store.name);
	return describeRestart(snapshot, sound, restart, store.name);
}

export default command(
	{
		name: "recover",
		details:
			"Checks every document of the stencil collection, repairs what is safe, and\n" +
			"pushes what interrupted runs have left, from their cursors. What is not safe is\n" +
			"named and left: exit 65. Where nothing is wrong nothing is written. --restart\n" +
			"and --restart-tcn push again what was pushed before; they ask first.",
		works: true,
		examples: [
			{ run: "tangles recover --dry-run", does: "what is wrong, and what would be done about it" },
			{ run: "tangles recover -q", does: "repair and finish; a table of what was found, or nothing" },
		],
	},
	{
		"dry-run": { type: "boolean", description: "say what would be done; nothing is touched" },
		restart: { type: "string", valueHint: "ID", description: "set this stencil back to new; asks first" },
		"restart-tcn": countFlag({
			least: 3,
			description: "set all stencils from TCN N on back to new, to be pushed again by produce; asks first",
		}),
		ping: PING,
		jitter: JITTER,
		yes: { type: "boolean", description: "do not ask" },
		...LOCK_ARGS,
	},
	async (context) => {
		const { args, config, out, log, progress } = context;
		const restart = restartOf(args.restart, args["restart-tcn"]);
		const dryRun = args["dry-run"] === true;
		const running = dryRun ? undefined : await config("mongo", "faktory", ...lockNeeds(args));
		const { mongo: server, tangles, producer: settings } = running ?? (await config("mongo"));
		return async () => {
			const { pageSize } = tangles;
			await using mongo = openMongo(server, settings.patienceMs, log);
			const store = new MongoStencilStore(mongo, tangles.stencilCollection);
			const pagesUnder = (signal: AbortSignal) => new MongoTanglePages(mongo, tangles.tangleCollection, signal);
			const report = (recovered: Recovered) => {
				const document = reportOfRecovery(recovered, { dryRun });
				const { stencils, findings, jobs } = document;
				out.document(document, recoverText);
				const open = openFindings(document);
				if (open > 0) {
					const hint = "the table says for each what to do; then start again";
					throw new Fault("data", `${store.name}: ${open} of ${findings.length} findings need a person`, { hint });
				}
				const done = dryRun ? "to be pushed" : "pushed";
				log.info(`${store.name}: ${stencils} stencils, ${findings.length} findings, ${jobs} jobs ${done}`);
			};
			if (running === undefined) {
				return report(await recoverDry({ store, tangles: pagesUnder(context.signal), pageSize }, restart));
			}
			const what = restart && (await describeAsked(store, restart));
			if (what !== undefined) await context.confirm(what, args.yes === true);
			const path = `/tangles/producer/${store.name}`;
			const run = { zookeeper: running.zookeeper, path, command: "recover" };
			await underLock(context, run, async (ensureHeld, signal) => {
				const queue = createFaktoryQueue(running.faktory, settings.patienceMs, log);
				// The one document on stdout is the report; the events of pushing go to stderr.
				const emit = createProduceReporter({ ...out, json: false }, log, progress);
				const tools = { store, tangles: pagesUnder(signal), queue, settings, pageSize, log, signal, emit, ensureHeld };
				const mayWrite = async () => {
					signal.throwIfAborted();
					await ensureHeld();
				};
				const onRepaired = ({ kind, document, repair }: Finding) =>
					log.info(`${document}: ${describeRepair(repair)}`, { finding: kind });
				const push: RecoverPorts["push"] = (term, catalog, stencils) => pushInterrupted(tools, term, catalog, stencils);
				try {
					report(await recover({ ...tools, ensureHeld: mayWrite, onRepaired, push }, restart));
				} finally {
					progress.hide();
					queue.close();
				}
			});
		};
	},
);
