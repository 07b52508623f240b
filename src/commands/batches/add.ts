import { Fault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { newBatch, parseBatchId } from "../../line/batches/id.ts";
import { checkName } from "../../line/batches/names.ts";
import { addLines, checkFaultless } from "./add-lines.ts";
import { withStore } from "./with-store.ts";

interface What {
	readonly id: string | undefined;
	readonly type: string | undefined;
	readonly stdin: boolean;
}

/** The one batch to add; undefined where batches come on stdin. Throws a usage fault. */
function batchOf({ id, type, stdin }: What) {
	const fail = (message: string, hint: string) => new Fault("usage", message, { hint });
	if (stdin) {
		if (id !== undefined) throw fail("ID and --stdin exclude each other", "name one batch, or give many on stdin");
		if (type !== undefined) throw fail("--type and --stdin exclude each other", 'write "type" on each line');
		return undefined;
	}
	if (id === undefined) throw fail("missing argument ID", "name a batch, or give many with --stdin");
	const parsed = parseBatchId(id);
	if (type === undefined) throw fail("what type of batch is it?", "give --type TYPE");
	return newBatch(parsed, checkName("--type", type), new Date());
}

export default command(
	{
		name: "batches add",
		details:
			'With --stdin each line is {"id": "B1-RT1", "type": "T", "created": ISO 8601};\n' +
			"without created it is now. Batches that are stored already are counted and stay.\n" +
			"Faulty lines are logged, all others added (exit 64); give all of them again.",
		examples: [
			{ run: "tangles batches add B400022028241-RT1 --type newspaper", does: "one batch, created now" },
			{ run: "tangles batches add --stdin --dry-run --json", does: "count what lines on stdin would add" },
		],
	},
	{
		id: { type: "positional", required: false, description: "full id, such as B400022028241-RT1" },
		type: { type: "string", valueHint: "TYPE", description: "type of the batch" },
		stdin: { type: "boolean", description: "read batches from stdin, one JSON object a line" },
		"dry-run": { type: "boolean", description: "say what would be added, and add nothing" },
	},
	async (context) => {
		const { args, out, log, signal, stdin } = context;
		const dryRun = args["dry-run"] === true;
		const batch = batchOf({ id: args.id, type: args.type, stdin: args.stdin === true });
		await withStore(context, async (store, bulk) => {
			if (batch === undefined) {
				const done = await addLines(stdin(), bulk, { dryRun, log, signal });
				const added = dryRun ? "would add" : "added";
				out.receipt(
					{ dry_run: dryRun, ...done },
					({ present, faulty }) => `${added} ${done.added}, present ${present}, faulty ${faulty}`,
				);
				checkFaultless(done, dryRun);
				return;
			}
			const { id, type, created } = batch;
			const free = dryRun ? (await store.find(id, signal)) === undefined : await store.add(batch, signal);
			if (!free) {
				throw new Fault("failed", `${store.name}: ${id} exists already; nothing was changed`, {
					hint: `\`tangles batches show ${id}\` has what is there`,
				});
			}
			out.receipt(
				{ dry_run: dryRun, id, type, created },
				() => `${dryRun ? "would add" : "added"} ${id} ${type} ${created.toISOString()}`,
			);
		});
	},
);
