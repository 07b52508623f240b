import { table } from "../../cli/table.ts";
import { wrap } from "../../cli/wrap.ts";
import type { Finding } from "../../enumeration/verify/comparison.ts";
import type { Proof } from "../../enumeration/verify/proof.ts";

/** Rows that a person may still read. */
const MOST_ROWS = 100;

const ATTRIBUTES = ["TCN", "is_good", "positivity"] as const;

/** What is wrong with the tangle, with both values. */
function what(finding: Finding): string {
	if (finding.kind !== "wrong") return "";
	const { stored, computed } = finding;
	return ATTRIBUTES.filter((name) => stored[name] !== computed[name])
		.map(
			(name) => `${name} is ${JSON.stringify(stored[name]) ?? "not there"}, computed ${JSON.stringify(computed[name])}`,
		)
		.join("; ");
}

/** The findings as a table, and the sums. */
export function renderProof(
	proof: Proof & { readonly complete: boolean; readonly seconds: number; readonly peak_mb: number },
): string {
	const { tcn, computed, stored, missing, extra, wrong, findings, complete, seconds, peak_mb } = proof;
	const count = (n: number) => n.toLocaleString("en");
	const rows = findings
		.slice(0, MOST_ROWS)
		.map((it) => [it.kind, it.kind === "missing" ? it.computed.notation : it.stored.notation, what(it)]);
	const more = missing + extra + wrong - rows.length;
	return [
		...(rows.length > 0 ? [table(["finding", "notation", ""], rows)] : []),
		...(more > 0 ? [`... and ${count(more)} more; --json has up to 10,000`] : []),
		wrap(
			`TCN ${tcn} is ${complete ? "complete" : "NOT complete"}: ${count(computed)} computed, ${count(stored)} stored; ` +
				`${count(missing)} missing, ${count(extra)} extra, ${count(wrong)} wrong`,
			80,
			"  ",
		),
		`${seconds} s, ${peak_mb} MB`,
	].join("\n");
}
