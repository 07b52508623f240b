import type { DoctorLine } from "../../base/doctor-line.ts";
import { printable } from "../../base/printable.ts";
import { wrap } from "../../cli/wrap.ts";

const COLUMNS = 80;
const PART = 6;
const TEXT = 17;
/** The hint stands below its line. */
const HINT = 11;

const paragraph = (text: string, from: number) => wrap(printable(text), COLUMNS - from, " ".repeat(from));

/** The lines for people, at most 80 columns wide where their words allow it. */
export function doctorText(lines: readonly DoctorLine[]): string {
	const rows = [{ state: "", part: "part", text: "what", hint: undefined }, ...lines];
	return rows
		.map(({ state, part, text, hint }) => {
			const row = `${state.padEnd(PART)}${part.padEnd(TEXT - PART)}${paragraph(text, TEXT)}`;
			return hint === undefined ? row : `${row}\n${"-> ".padStart(HINT)}${paragraph(hint, HINT)}`;
		})
		.join("\n");
}
