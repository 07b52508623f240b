import { table } from "../../cli/table.ts";
import { wrap } from "../../cli/wrap.ts";
import type { ComparisonResult } from "../../enumeration/compare/comparison.ts";
import type { TableFinding } from "../../enumeration/compare/findings.ts";

/** Rows that a person may still read. */
const MOST_ROWS = 100;

const ATTRIBUTES = ["TCN", "is_good", "positivity"] as const;

/** Why it is one, and where it stands. */
function whatAndWhere(finding: TableFinding): string {
	const at = "at" in finding && finding.at !== undefined ? `${finding.at.file}, byte ${finding.at.offset}` : "";
	return [reasonOf(finding), at].filter((part) => part !== "").join("; ");
}

function reasonOf(finding: TableFinding): string {
	if (finding.kind === "missing") return "stored, not in the table";
	if (finding.kind === "extra") return finding.why ?? "in the table, not stored";
	if (finding.kind === "doubled") return "in the table before";
	if (finding.kind === "foreign") return `stored, and no tangle of the enumeration: ${finding.why}`;
	if (finding.kind === "malformed") return finding.why;
	const { said, computed } = finding;
	return ATTRIBUTES.filter((name) => said[name] !== undefined && said[name] !== computed[name])
		.map((name) => `${name} is ${JSON.stringify(said[name])}, computed ${JSON.stringify(computed[name])}`)
		.join(", ");
}

/** The findings as a table, the counts of each TCN that is not equal, and the sums. */
export function renderComparison(
	compared: ComparisonResult & {
		readonly equal: boolean;
		readonly files: number;
		readonly seconds: number;
		readonly peak_mb: number;
	},
): string {
	const { entries, passed_over, stored, tcns, findings, left_out, equal, files, seconds, peak_mb } = compared;
	const count = (n: number) => n.toLocaleString("en");
	const rows = findings.slice(0, MOST_ROWS).map((it) => [it.kind, it.notation, whatAndWhere(it)]);
	const more = findings.length - rows.length + left_out;
	const different = tcns.filter(({ missing, extra }) => missing + extra > 0);
	const kinds = ["missing", "extra", "doubled", "malformed", "wrong", "foreign"] as const;
	const sums = kinds
		.filter((kind) => kind !== "foreign" || compared.foreign > 0)
		.map((kind) => `${count(compared[kind])} ${kind}`)
		.join(", ");
	return [
		...(rows.length > 0 ? [table(["finding", "notation", ""], rows)] : []),
		...(more > 0 ? [`... and ${count(more)} more; --json has up to 10,000`] : []),
		...(different.length > 0
			? [
					table(
						["TCN", "stored", "table", "missing", "extra"],
						different.map((it) => [it.tcn, ...[it.stored, it.table, it.missing, it.extra].map(count)].map(String)),
						[0, 1, 2, 3, 4].keys(),
					),
				]
			: []),
		wrap(
			`the table is ${equal ? "equal" : "NOT equal"}: ${count(stored)} tangles stored, ${count(entries)} entries in ` +
				`${count(files)} files${passed_over > 0 ? ` (${count(passed_over)} not asked about)` : ""}; ${sums}`,
			80,
			"  ",
		),
		`${seconds} s, ${peak_mb} MB`,
	].join("\n");
}
