import { printable } from "../../base/printable.ts";
import { table } from "../../cli/table.ts";
import { wrap } from "../../cli/wrap.ts";
import type { RecoverReport } from "../../enumeration/recover/recover-report.ts";

const INDENT = "    ";

/** A line a finding, and below it what is wrong and what became of it; nothing where nothing was found. */
export function recoverText({ findings }: RecoverReport): string {
	if (findings.length === 0) return "";
	const head = ["document", "stencil", "finding", "outcome"];
	const rows = findings.map((it) => [printable(it.document), it.stencil, it.finding, it.outcome]);
	const [first, ...lines] = table(head, rows).split("\n");
	const paragraph = (text: string) => INDENT + wrap(printable(text), 80 - INDENT.length, INDENT);
	const blocks = findings.map(({ wrong, repair }, at) => [lines[at], paragraph(wrong), paragraph(repair)].join("\n"));
	return [first, ...blocks].join("\n");
}
