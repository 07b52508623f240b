import { Fault } from "../../base/fault.ts";
import { type ComparisonProgress, compare } from "../../enumeration/compare/compare.ts";
import { expectedTangles, type TableQuery } from "../../enumeration/export/table.ts";
import { MOST_NUMBERED_TCN } from "../../enumeration/tangles/grammar/tables.ts";
import { POSITIVITIES, type Positivity } from "../../enumeration/tangles/tangle.ts";
import { MongoTangleTable, requireUniqueNotation } from "../../servers/mongo/tangle-table.ts";
import { renderComparison } from "./against-text.ts";
import type { VerifyTools } from "./prove-stored.ts";
import { openOtherTable } from "./table-files.ts";

/** What the flags ask about; what is left out is not narrowed. */
export interface Asked {
	readonly tcn: number | undefined;
	readonly upTo: number | undefined;
	readonly positivity: readonly Positivity[] | undefined;
	readonly good: boolean;
}

export interface Against extends Asked {
	/** Files and folders of the other table. */
	readonly paths: readonly string[];
	readonly memoryBytes: number;
	readonly completedTcn: number;
}

interface Tools extends VerifyTools {
	readonly cwd: string;
}

/** The query of the flags over that of the table's own manifest, and that over all that is complete. */
function queriesOf({ tcn, upTo, positivity, good }: Asked, own: TableQuery | undefined, completedTcn: number) {
	const from = tcn ?? (upTo === undefined ? undefined : -1);
	const to = tcn ?? upTo;
	const query: TableQuery = {
		from_tcn: from ?? own?.from_tcn ?? -1,
		to_tcn: to ?? own?.to_tcn ?? completedTcn,
		positivity: positivity ?? own?.positivity ?? POSITIVITIES,
		good: good || own?.good === true,
	};
	const asked: TableQuery = {
		from_tcn: from ?? Number.NEGATIVE_INFINITY,
		to_tcn: to ?? Number.POSITIVE_INFINITY,
		positivity: positivity ?? POSITIVITIES,
		good,
	};
	return { query, asked };
}

/** Compares what is stored with a table; true where they are equal. */
export async function verifyAgainst(against: Against, tools: Tools): Promise<boolean> {
	const { mongo, collection, out, log, progress, signal, cwd } = tools;
	const { paths, memoryBytes, completedTcn } = against;
	const began = performance.now();
	const { files, query: own } = await openOtherTable(paths, cwd, log);
	const { query, asked } = queriesOf(against, own, completedTcn);
	if (query.to_tcn > MOST_NUMBERED_TCN) {
		throw new Fault("usage", `TCN ${query.to_tcn} is beyond ${MOST_NUMBERED_TCN}, the last one that can be compared`, {
			hint: "give the last TCN with --up-to",
		});
	}
	if (query.to_tcn > completedTcn) {
		log.warn(`TCN ${query.to_tcn} is not complete yet: current_completed_tcn is ${completedTcn}`);
	}
	await requireUniqueNotation(mongo, collection);
	const table = new MongoTangleTable(mongo, collection);
	const total = expectedTangles(query);
	const report = ({ step, pass, passes, done }: ComparisonProgress) => {
		signal.throwIfAborted();
		const notes = step === "table" ? "reading the table" : "reading what is stored";
		const before = 2 * pass + (step === "stored" ? 1 : 0);
		progress.show("comparing", { done: before * total + Math.min(done, total), total: 2 * passes * total, notes });
	};
	const compared = await compare(table, files, { query, asked, memoryBytes }, report).finally(() => progress.hide());
	const { findings, left_out, ...counts } = compared;
	const equal = findings.length + left_out === 0;
	const seconds = Math.round((performance.now() - began) / 10) / 100;
	const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
	const document = { collection: table.name, files: files.length, query, equal, ...counts, findings, left_out };
	out.document({ ...document, seconds, peak_mb }, renderComparison);
	return equal;
}
