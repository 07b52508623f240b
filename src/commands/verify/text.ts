import { table } from "../../cli/table.ts";
import { wrap } from "../../cli/wrap.ts";
import type { ProofFinding } from "../../enumeration/verify/findings.ts";
import type { Proof } from "../../enumeration/verify/proof.ts";
import { whyExtra } from "../../enumeration/verify/tangle-check.ts";

/** Rows that a person may still read. */
const MOST_ROWS = 100;

const ATTRIBUTES = ["TCN", "is_good", "positivity"] as const;

/** What is wrong with the tangle: both values of an attribute, or why it is one too many. */
function what(finding: ProofFinding, tcn: number): string {
	if (finding.kind === "missing") return "";
	if (finding.kind === "extra") return whyExtra(finding.stored, tcn);
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
	const { tcn, computed, stored, missing, extra, wrong, findings, left_out, complete, seconds, peak_mb } = proof;
	const count = (n: number) => n.toLocaleString("en");
	const rows = findings
		.slice(0, MOST_ROWS)
		.map((it) => [it.kind, it.kind === "missing" ? it.computed.notation : it.stored.notation, what(it, tcn)]);
	const more = findings.length - rows.length;
	return [
		...(rows.length > 0 ? [table(["finding", "notation", ""], rows)] : []),
		...(more > 0 ? [`... and ${count(more + left_out)} more; --json has up to 10,000`] : []),
		...(more === 0 && left_out > 0 ? [`${count(left_out)} more are not named`] : []),
		wrap(
			`TCN ${tcn} is ${complete ? "complete" : "NOT complete"}: ${count(computed)} computed, ${count(stored)} stored; ` +
				`${count(missing)} missing, ${count(extra)} extra, ${count(wrong)} wrong`,
			80,
			"  ",
		),
		`${seconds} s, ${peak_mb} MB`,
	].join("\n");
}
